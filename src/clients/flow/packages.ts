import { z } from 'zod';

import { path, type CallContext } from '../http';
import { listOf, optionalInteger, optionalText, requiredText, type Body } from '../wire';
import { FlowResource } from './connection';
import { flag, text, whole } from './members';

/** One choice within a slot of a package. */
const flowPackageComponentSchema = z.object({
  productPackageComponentUid: requiredText,
  product: z.object({ productUid: requiredText, name: text, sku: text }),
  position: whole,
  /** Hundredths of a piece. */
  quantity: optionalInteger,
  /** Cents including VAT. */
  specialPrice: whole,
  required: flag,
});

/** A slot of a package: something that is in it, or is chosen out of several. */
export const flowPackageSlotSchema = z.object({
  productPackageSlotUid: requiredText,
  name: optionalText,
  position: whole,
  minComponentsAllowed: whole,
  maxComponentsAllowed: whole,
  components: listOf(flowPackageComponentSchema),
});

export type FlowPackageSlot = z.infer<typeof flowPackageSlotSchema>;

/** Members of a package's slot that can be changed later. */
export type FlowPackageSlotUpdate = Body<Omit<FlowPackageSlot, 'productPackageSlotUid' | 'components'>>;

/** Members of a slot's component that can be changed later. */
export type FlowPackageComponentUpdate = Body<
  Pick<z.infer<typeof flowPackageComponentSchema>, 'position' | 'quantity' | 'required'>
> & { readonly specialPrice?: number | null };

/** Where a slot is. */
interface SlotRef {
  readonly productUid: string;
  readonly productPackageSlotUid: string;
}

/** What is in packages: slots, and what each of them can hold (flow-api.md §3.4). */
export class FlowPackages extends FlowResource {
  /** Slots of a package with their components. `GET …/packages/slots`: API:productpackage (flow-api.md §3.4). */
  listSlots(productUid: string, context?: CallContext): Promise<FlowPackageSlot[]> {
    const slots = path`/products/${productUid}/packages/slots`;
    return this.flow.list({ operation: 'GET package slots', path: slots, item: flowPackageSlotSchema }, context);
  }

  /** Makes a slot. `POST …/packages/slots`: API:productpackage (flow-api.md §3.4). */
  createSlot(
    productUid: string,
    body: Required<FlowPackageSlotUpdate> & { readonly productPackageSlotUid?: string },
    context?: CallContext,
  ): Promise<void> {
    const slots = path`/products/${productUid}/packages/slots`;
    return this.flow.send({ operation: 'POST package slot', path: slots, body }, context);
  }

  /** Changes a slot. `PUT …/slots/{uid}`: assumed (flow-api.md §3.4). */
  updateSlot(slot: SlotRef, body: FlowPackageSlotUpdate, context?: CallContext): Promise<void> {
    return this.flow.send({ operation: 'PUT package slot', path: pathOf(slot), body }, context);
  }

  /** Removes a slot with its components. `DELETE …/slots/{uid}`: assumed (flow-api.md §3.4). */
  deleteSlot(slot: SlotRef, context?: CallContext): Promise<boolean> {
    return this.flow.sendIfFound({ operation: 'DELETE package slot', path: pathOf(slot) }, context);
  }

  /** Makes a component. `POST …/slots/{uid}/components`: assumed (flow-api.md §3.4). */
  createComponent(
    slot: SlotRef,
    body: FlowPackageComponentUpdate & {
      readonly productPackageComponentUid?: string;
      readonly productUid: string;
      readonly quantity: number;
      readonly required: boolean;
    },
    context?: CallContext,
  ): Promise<void> {
    return this.flow.send({ operation: 'POST package component', path: `${pathOf(slot)}/components`, body }, context);
  }

  /** Changes a component. `PUT …/components/{uid}`: assumed (flow-api.md §3.4). */
  updateComponent(slot: SlotRef, uid: string, body: FlowPackageComponentUpdate, context?: CallContext): Promise<void> {
    const component = `${pathOf(slot)}${path`/components/${uid}`}`;
    return this.flow.send({ operation: 'PUT package component', path: component, body }, context);
  }

  /** Removes a component. `DELETE …/components/{uid}`: assumed (flow-api.md §3.4). */
  deleteComponent(slot: SlotRef, uid: string, context?: CallContext): Promise<boolean> {
    const component = `${pathOf(slot)}${path`/components/${uid}`}`;
    return this.flow.sendIfFound({ operation: 'DELETE package component', path: component }, context);
  }
}

function pathOf({ productUid, productPackageSlotUid }: SlotRef): string {
  return path`/products/${productUid}/packages/slots/${productPackageSlotUid}`;
}
