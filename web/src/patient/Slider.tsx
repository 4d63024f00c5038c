// A slider that tells every position while it moves, and once more when it is let go.
import { useEffect, useRef } from "react";

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
  const settle = useRef(onSettle);
  settle.current = onSettle;
  useEffect(() => {
    const box = input.current as HTMLInputElement;
    const released = () => settle.current(Number(box.value));
    box.addEventListener("change", released);
    return () => box.removeEventListener("change", released);
  }, []);
  return (
    <label className="field slider">
      <span className="value">
        <span className="name">{name}</span>
        <output>{words}</output>
      </span>
      <input
        ref={input}
        type="range"
        min={0}
        max={last}
        value={position}
        disabled={disabled}
        aria-valuetext={words}
        onChange={(event) => onMove(Number(event.target.value))}
      />
      <span className="marks" aria-hidden="true">
        {marks.map(([at, text]) => (
          <span key={at} style={{ left: `${(100 * at) / last}%` }}>
            {text}
          </span>
        ))}
      </span>
    </label>
  );
}
