/** An answer that is no success, as GitHub words it. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    more: { errors?: readonly unknown[]; documentation?: string; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.headers = more.headers ?? {};
    this.body = {
      message,
      ...(more.errors !== undefined && { errors: more.errors }),
      documentation_url: `https://docs.github.com/${more.documentation ?? 'rest'}`,
      status: String(status),
    };
  }
}

export const notFound = (): ApiError => new ApiError(404, 'Not Found');

/** What GitHub says of a body that has the wrong fields. */
export function invalid(
  resource: string,
  field: string,
  code: 'missing_field' | 'invalid' | 'already_exists',
): ApiError {
  return new ApiError(422, 'Validation Failed', { errors: [{ resource, field, code }] });
}
