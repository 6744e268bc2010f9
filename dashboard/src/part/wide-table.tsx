import type { ReactNode } from 'react';

/** What a table in a narrow window needs: it scrolls within its card, and a keyboard can reach it to do so. */
type Props = { readonly name: string; readonly columns: readonly string[]; readonly children: ReactNode };

/** A table that is as wide as its cells. `name`: for screen readers. `children`: its rows. */
export function WideTable({ name, columns, children }: Props) {
  return (
    <section className="wide" aria-label={name} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
