import PDFDocument from 'pdfkit';

import { type TenantStore } from '../store/tenant-store';
import { type OrderType, type Receipt } from './order-model';

const LEFT = 40;
const RIGHT = 555;
const LINE_HEIGHT = 15;
const PAGE_BOTTOM = 780;
/** Left edges of the columns: article, quantity, price, discount, VAT, sum. */
const COLUMNS = [LEFT, 300, 350, 410, 465, 495] as const;
const TITLES: Partial<Record<OrderType, string>> = { RETURN: 'Return receipt', PAYMENT: 'Payment receipt' };
type Cells = readonly [string, string, string, string, string, string];

/** The receipt as a real PDF: store, voucher number, lines, VAT by rate, payments, totals. */
export function renderReceiptPdf(tenant: TenantStore, receipt: Receipt): Promise<Buffer> {
  const pdf = new PDFDocument({ size: 'A4', margin: LEFT, info: { Title: `Receipt ${receipt.voucherNumber}` } });
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => {
      resolve(Buffer.concat(chunks));
    });
    pdf.on('error', reject);
  });
  const page = new Page(pdf);
  writeHead(page, tenant, receipt);
  writeLines(page, receipt);
  writeTotals(page, receipt);
  pdf.end();
  return done;
}

/** A pen that moves down the page and starts a new one at the end. */
class Page {
  #y = LEFT;

  constructor(readonly pdf: PDFKit.PDFDocument) {}

  text(text: string, size = 9): void {
    this.pdf.fontSize(size).text(text, LEFT, this.#advance(size + 6), { lineBreak: false });
  }

  row(cells: Cells): void {
    const y = this.#advance(LINE_HEIGHT);
    this.pdf.fontSize(8);
    for (const [index, cell] of cells.entries()) {
      const x = COLUMNS[index] ?? LEFT;
      const width = (COLUMNS[index + 1] ?? RIGHT) - x - 4;
      this.pdf.text(cell, x, y, { width, height: LINE_HEIGHT, ellipsis: true, align: index === 0 ? 'left' : 'right' });
    }
  }

  rule(): void {
    const y = this.#advance(6);
    this.pdf.moveTo(LEFT, y).lineTo(RIGHT, y).lineWidth(0.5).stroke();
  }

  #advance(height: number): number {
    if (this.#y + height > PAGE_BOTTOM) {
      this.pdf.addPage();
      this.#y = LEFT;
    }
    const y = this.#y;
    this.#y += height;
    return y;
  }
}

function writeHead(page: Page, tenant: TenantStore, receipt: Receipt): void {
  const store = tenant.stores.get(receipt.storeUid);
  page.text(store?.name ?? receipt.storeUid, 16);
  page.text([store?.address, store?.postalCode, store?.city].filter(Boolean).join(', '));
  page.text(`Organisation number ${store?.vatNumber ?? '-'}`);
  page.rule();
  page.text(`${TITLES[receipt.type] ?? 'Receipt'} ${receipt.voucherNumber}`, 12);
  const number = receipt.externalOrderNumber ? ` (web order ${receipt.externalOrderNumber})` : '';
  page.text(`Order ${receipt.orderNumber}${number}, settled ${receipt.settledAt}`);
  page.rule();
}

function writeLines(page: Page, receipt: Receipt): void {
  page.row(['Article', 'Quantity', 'Price', 'Discount', 'VAT %', 'Sum']);
  for (const item of receipt.items) {
    page.row([
      `${item.sku}  ${item.name}`,
      decimal(item.quantity),
      decimal(item.itemPrice),
      item.itemDiscountAmount === 0 ? '' : decimal(-item.itemDiscountAmount),
      decimal(item.vatRate),
      decimal(item.totalPrice),
    ]);
  }
  page.rule();
}

function writeTotals(page: Page, receipt: Receipt): void {
  page.row(['Total', '', '', '', receipt.currencyCode, decimal(receipt.grandTotal)]);
  for (const { vatRate, amount, vatAmount } of receipt.vatTotals) {
    page.row([`VAT ${decimal(vatRate)} % of ${decimal(amount - vatAmount)}`, '', '', '', '', decimal(vatAmount)]);
  }
  page.row(['Total VAT', '', '', '', '', decimal(receipt.totalVatAmount)]);
  page.rule();
  if (receipt.cashRounding !== 0) page.row(['Cash rounding', '', '', '', '', decimal(receipt.cashRounding)]);
  if (receipt.previouslySettled !== 0) page.row(['Paid before', '', '', '', '', decimal(receipt.previouslySettled)]);
  for (const { settlementName, amount } of receipt.settlements) {
    page.row([`Paid: ${settlementName}`, '', '', '', '', decimal(amount)]);
  }
}

/** Hundredths with two decimals. */
function decimal(hundredths: number): string {
  return (hundredths / 100).toFixed(2);
}
