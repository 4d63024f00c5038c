// Requests to the server: JSON in, JSON out, and one clear line when something is wrong.

export class Refused extends Error {
  constructor(
    message: string,
    readonly where: string,
    readonly status: number,
    readonly body: unknown = null,
  ) {
    super(message);
  }
}

async function answer(response: Response): Promise<unknown> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body;
  const told = (body ?? {}) as { error?: string; where?: string | number };
  throw new Refused(told.error ?? `the server answered ${response.status}`, String(told.where ?? ""), response.status, body);
}

async function send(path: string, options: RequestInit): Promise<unknown> {
  try {
    return await answer(await fetch(path, { credentials: "same-origin", ...options }));
  } catch (error) {
    if (error instanceof TypeError) throw new Refused("the server does not answer; is immunoreset app still running?", "", 0);
    throw error;
  }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await send(path, { signal })) as T;
}

export async function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  return (await send(path, { method: "POST", headers, body: JSON.stringify(body), signal })) as T;
}

export async function upload<T>(path: string, form: FormData, signal?: AbortSignal): Promise<T> {
  return (await send(path, { method: "POST", body: form, signal })) as T;
}

export async function remove(path: string): Promise<void> {
  await send(path, { method: "DELETE", keepalive: true });
}

export function wasAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
