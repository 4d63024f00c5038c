// A drawing as a file: SVG as it is, PNG at twice its size.

const SCALE = 2;

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function savePng(svg: string, name: string): void {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  image.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = SCALE * image.width;
    canvas.height = SCALE * image.height;
    const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(address);
    canvas.toBlob((blob) => blob && save(blob, name), "image/png");
  };
  image.src = address;
}

export function Downloads({ svg, name }: { svg: () => string; name: string }) {
  return (
    <div className="row noprint small">
      <button type="button" className="plain" onClick={() => save(new Blob([svg()], { type: "image/svg+xml" }), `${name}.svg`)} aria-label={`Save ${name} as SVG`}>
        SVG
      </button>
      <button type="button" className="plain" onClick={() => savePng(svg(), `${name}.png`)} aria-label={`Save ${name} as PNG`}>
        PNG
      </button>
    </div>
  );
}
