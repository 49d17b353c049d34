import assert from 'node:assert/strict';
import fc from 'fast-check';
import { customerKind, type SealedCustomerRef } from '../../../src/contracts/kinds/customer';
import { customerKeyOf } from '../../../src/temporal/sealed-reference';
import {
  openReference,
  SealedReferenceError,
  sealReference,
  type CustomerReference,
} from '../../../src/temporal/sealed-reference';

const SECRET = 'a secret of a tenant';
const KARI: CustomerReference = { side: 'omnium', kind: 'private', id: 'kari.berg@example.com' };

describe('sealed references', () => {
  it('open to what was sealed, whatever the id', () => {
    const references = fc.record(
      {
        side: fc.constantFrom('flow' as const, 'omnium' as const),
        kind: fc.constantFrom('private' as const, 'business' as const),
        id: fc.string({ unit: 'grapheme' }),
      },
      { requiredKeys: ['side', 'id'] },
    );
    fc.assert(
      fc.property(references, fc.string(), (reference, secret) => {
        assert.deepEqual(openReference(sealReference(reference, secret), secret), { ...reference });
      }),
      { numRuns: 200 },
    );
  });

  it('are base64url, never the same twice, and show nothing of the id', () => {
    const [one, other] = [sealReference(KARI, SECRET), sealReference(KARI, SECRET)];
    assert.match(one, /^[A-Za-z0-9_-]+$/);
    assert.notEqual(one, other);
    for (const text of [one, Buffer.from(one, 'base64url').toString('latin1')])
      assert.ok(!/kari|berg|example/i.test(text));
  });

  it('do not open with another secret, and the error holds nothing of them', () => {
    const sealed = sealReference(KARI, SECRET);
    const opening = (): CustomerReference => openReference(sealed, 'quite other words');
    assert.throws(opening, (error) => {
      assert.ok(error instanceof SealedReferenceError);
      assert.equal(error.cause, undefined);
      for (const told of ['quite other words', 'kari', sealed])
        assert.ok(!`${error.message}${error.stack}`.includes(told));
      return /OMNIUM_CLIENT_SECRET/.test(error.message);
    });
  });

  it('do not open once a single character was changed', () => {
    const sealed = sealReference(KARI, SECRET);
    for (let at = 0; at < sealed.length - 1; at += 1) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
      assert.throws(() => openReference(changed as SealedCustomerRef, SECRET), SealedReferenceError, `character ${at}`);
    }
    assert.throws(() => openReference('' as SealedCustomerRef, SECRET), SealedReferenceError);
  });
});

describe('customer keys', () => {
  it('are the same for an Omnium id and the Flow uid it becomes', () => {
    assert.equal(customerKeyOf('c-100001', SECRET), customerKeyOf('c100001', SECRET));
    assert.notEqual(customerKeyOf('c-100001', SECRET), customerKeyOf('c-100002', SECRET));
    assert.notEqual(customerKeyOf('c-100001', SECRET), customerKeyOf('c-100001', 'another'), 'none to be guessed');
  });

  it('are 32 hex digits for any id, also one that leaves nothing to strip to', () => {
    for (const id of ['kari@example.com', '+47 911 22 333', 'ø', '日本', 'x'.repeat(500)]) {
      assert.match(customerKeyOf(id, SECRET), /^[0-9a-f]{32}$/);
    }
    assert.notEqual(customerKeyOf('ø', SECRET), customerKeyOf('日本', SECRET));
  });

  it('name the workflow, and are found in its name again', () => {
    const key = { tenantUid: 'flow_no', customerKey: customerKeyOf('c-1', SECRET) };
    assert.deepEqual(customerKind.parseId(customerKind.id(key)), key);
    assert.equal(customerKind.parseId('order:flow_no:104233'), undefined);
  });
});
