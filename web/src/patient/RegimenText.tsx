// The regimen as text. Every pause in typing asks the server; what it refuses is marked under the line.
import { useEffect, useId, useRef, useState } from "react";

import { messageOf, post, wasAborted } from "../api/client";
import type { RegimenCheck } from "../api/types";

const PAUSE = 300; // milliseconds

export function RegimenText({ text, onSettle }: { text: string; onSettle: (text: string) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState<{ message: string; at: string }>({ message: "", at: "" });
  const settle = useRef(onSettle);
  settle.current = onSettle;
  const id = useId();
  useEffect(() => {
    setTyped(null);
    setFault({ message: "", at: "" });
  }, [text]);
  useEffect(() => {
    if (typed === null) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      post<RegimenCheck>("/api/regimen/check", { text: typed }, controller.signal).then(
        (check) => {
          if (check.ok) {
            setFault({ message: "", at: "" });
            settle.current(typed.trim());
          } else if (check.error) {
            const { message, from, to } = check.error;
            setFault({ message, at: from === null ? "" : typed.slice(from, to ?? undefined) });
          }
        },
        (error: unknown) => {
          if (!wasAborted(error)) setFault({ message: messageOf(error), at: "" });
        },
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [typed]);
  return (
    <div className="field">
      <label className="name" htmlFor={id}>
        Regimen, days from the infusion
      </label>
      <textarea
        id={id}
        className="code"
        rows={5}
        spellCheck={false}
        value={typed ?? text}
        aria-invalid={fault.message !== ""}
        aria-describedby={`${id}-fault`}
        onChange={(event) => setTyped(event.target.value)}
      />
      <p className="fault" id={`${id}-fault`} role="status">
        {fault.at && <mark className="code">{fault.at}</mark>} {fault.message}
      </p>
    </div>
  );
}
