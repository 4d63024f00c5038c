// A slider that tells every position while it moves, and once more when it is let go.
import { useId, useRef } from "react";

interface Given {
  name: string;
  words: string;
  position: number;
  last: number;
  marks: [position: number, words: string][];
  disabled?: boolean;
  onMove: (position: number) => void;
  onSettle: (position: number) => void;
}

export function Slider({ name, words, position, last, marks, disabled, onMove, onSettle }: Given) {
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const moved = useRef(false);
  // The browser's own "change" does not come once React has written the value, so that letting go is noticed here.
  const release = () => {
    if (!moved.current) return;
    moved.current = false;
    onSettle(Number(input.current?.value));
  };
  return (
    <div className="field slider">
      <div className="value">
        <label className="name" htmlFor={id}>
          {name}
        </label>
        <output htmlFor={id}>{words}</output>
      </div>
      <input
        id={id}
        ref={input}
        type="range"
        min={0}
        max={last}
        value={position}
        disabled={disabled}
        aria-valuetext={words}
        onChange={(event) => {
          moved.current = true;
          onMove(Number(event.target.value));
        }}
        onPointerUp={release}
        onKeyUp={release}
        onBlur={release}
      />
      <span className="marks" aria-hidden="true">
        {marks.map(([at, text]) => (
          <span key={at} style={{ left: `${(100 * at) / last}%` }}>
            {text}
          </span>
        ))}
      </span>
    </div>
  );
}
