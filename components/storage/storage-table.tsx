import { Cell, Row, Table } from "#components/ui/table.tsx";
import { byteSize, plural } from "#lib/format.ts";

interface Product {
  slug: string;
  name: string;
  bytes: number;
  repositories: { name: string; blobs: number; bytes: number }[];
}

/** What each product keeps, and each of its repositories. */
export function StorageTable({ products }: { products: Product[] }) {
  return (
    <Table caption="Storage by product and repository" columns={["Product", "Repository", "Blobs", "Size"]}>
      {products.flatMap(({ slug, name, bytes, repositories }) => [
        <Row key={slug}>
          <Cell>
            <span className="font-medium text-ink">{name}</span>
          </Cell>
          <Cell className="text-soft max-sm:hidden">{plural(repositories.length, "repository", "repositories")}</Cell>
          <Cell className="max-sm:hidden" />
          <Cell label="Size">
            <span className="font-medium text-ink tabular-nums">{byteSize(bytes)}</span>
          </Cell>
        </Row>,
        ...repositories.map((repository) => (
          <Row key={repository.name} muted>
            <Cell className="max-sm:hidden" />
            <Cell>
              <code className="font-mono text-[13px]">{repository.name}</code>
            </Cell>
            <Cell label="Blobs">{repository.blobs}</Cell>
            <Cell label="Size" className="tabular-nums">
              {byteSize(repository.bytes)}
            </Cell>
          </Row>
        )),
      ])}
    </Table>
  );
}
