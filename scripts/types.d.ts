declare module '@vercel/ncc' {
  interface Options {
    esm?: boolean;
    minify?: boolean;
    cache?: boolean | string;
    quiet?: boolean;
    sourceMap?: boolean;
    license?: string;
    externals?: Record<string, string>;
  }
  interface Result {
    code: string;
    assets: Record<string, { source: Buffer | string; permissions?: number }>;
  }
  export default function ncc(entry: string, options?: Options): Promise<Result>;
}
