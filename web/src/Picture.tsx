// A drawing of the server, shown as an image: its styles and scripts stay inside it.
import { useEffect, useState } from "react";

import { Downloads } from "./Downloads";

export function Picture({ svg, name, words }: { svg: string; name: string; words: string }) {
  const [address, setAddress] = useState("");
  useEffect(() => {
    const found = URL.createObjectURL(new Blob([withSize(svg)], { type: "image/svg+xml" }));
    setAddress(found);
    return () => URL.revokeObjectURL(found);
  }, [svg]);
  return (
    <div className="stack" style={{ gap: 4 }}>
      <div className="picture" tabIndex={0} role="region" aria-label={words}>
        {address && <img src={address} alt={words} />}
      </div>
      <Downloads svg={() => withSize(svg)} name={name} />
    </div>
  );
}

// An image needs its own width and height; inside a page the drawing takes the width that there is.
function withSize(svg: string): string {
  const box = /viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"/.exec(svg);
  if (!box) return svg;
  const named = svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return named.replace(/ (width|height)="[\d.]*(%|pt|px)?"/, "").replace("<svg", `<svg height="${Number(box[2]) * 1.333}"`).replace(/ width="100%"/, "").replace("<svg", `<svg width="${Number(box[1]) * 1.333}"`);
}
