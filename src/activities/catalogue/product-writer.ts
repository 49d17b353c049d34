import { newProduct } from './mapping/compare-product';
import type { ImageChange, SlotChange, ValueChange } from './mapping/compare-parts';
import type { WantedComponent, WantedSlot } from './mapping/wanted-product';
import { ensureBrand, ensureOption, ensureProperty, ensureSuppliers } from './ensure-references';
import { carryOutOther } from './other-variants';
import type { ProductComparison, ProductState } from './product-comparison';
import type { ProductRun } from './product-run';
import { ensureGroups } from './resolve-groups';

/**
 * Writes what a comparison has found, in an order in which every refusal leaves the tills with something that works: what is
 * referred to first, then the product, its variants, what is in a package, and images last.
 */
export class ProductWriter {
  /** @param bringComponent makes sure that Flow has an article, by Omnium's code and its uid */
  constructor(
    private readonly run: ProductRun,
    private readonly bringComponent: (code: string, productUid: string) => Promise<void>,
  ) {}

  async write({ wanted, rules, product, variants, others }: ProductComparison): Promise<void> {
    const { run } = this;
    const states = [product, ...variants];
    const needed = new Set(states.flatMap((state) => this.neededProperties(state)));
    for (const definition of wanted.definitions) {
      if (needed.has(definition.propertyUid)) await ensureProperty(run, definition);
    }
    for (const state of states) {
      if (state.brand !== undefined && state.wanted.brand) await ensureBrand(run, state.wanted.brand);
      if (!state.existing || state.update.suppliers) await ensureSuppliers(run, state.wanted);
      await ensureGroups(run, state.groups, rules);
    }
    for (const state of states) await this.writeProduct(state);
    for (const variant of variants) {
      if (!variant.isLinked) await this.link(product.wanted.productUid, variant);
    }
    for (const other of others) {
      const about = { parentUid: product.wanted.productUid, context: run.context };
      await carryOutOther(run, other, about);
    }
    for (const state of states) {
      for (const change of state.slots) await this.changeSlot(state.wanted.productUid, change);
    }
    for (const state of states) {
      for (const change of state.images) await this.changeImage(state.wanted.productUid, change);
    }
  }

  private neededProperties({ values, wanted }: ProductState): string[] {
    const set = values.filter((change) => change.do === 'set').map(({ definition }) => definition.propertyUid);
    return [...set, ...(wanted.fields.requiredVariantPropertyUids ?? [])];
  }

  private async writeProduct({ wanted, existing, update, groups, values }: ProductState): Promise<void> {
    const { tenant, context } = this.run;
    const { productUid } = wanted;
    if (!existing) await tenant.flow.products.create(newProduct(wanted, groups), context);
    else if (Object.keys(update).length > 0) await tenant.flow.products.update(productUid, update, context);
    for (const change of values) await this.changeValue(productUid, change);
  }

  private async changeValue(productUid: string, change: ValueChange): Promise<void> {
    const { tenant, context } = this.run;
    const { definition } = change;
    if (change.do === 'remove') {
      await tenant.flow.products.removeProperty(productUid, change.productPropertyUid, context);
      return;
    }
    const { propertyUid, type } = definition;
    const value =
      type === 'TEXT'
        ? { propertyText: change.value }
        : { propertyOptionUid: await ensureOption(this.run, definition, change.value) };
    await tenant.flow.products.setProperty(productUid, { propertyUid, ...value }, context);
  }

  /** A variant that still hangs on another style leaves that one first. */
  private async link(parentUid: string, { wanted, existing }: ProductState): Promise<void> {
    const { tenant, context } = this.run;
    const { productUid } = wanted;
    const siblings = existing ? await tenant.flow.products.listVariants(productUid, context) : [];
    const elsewhere = siblings.find((variant) => variant.productUid === productUid);
    if (elsewhere) await tenant.flow.products.unlinkVariant(productUid, elsewhere.productVariantUid, context);
    await tenant.flow.products.linkVariant(parentUid, { productUid, productVariantUid: productUid }, context);
  }

  private async changeSlot(productUid: string, change: SlotChange): Promise<void> {
    const { flow } = this.run.tenant;
    const { context } = this.run;
    if (change.do === 'add-slot') return await this.addSlot(productUid, change.slot);
    const slot = { productUid, productPackageSlotUid: change.slotUid };
    switch (change.do) {
      case 'change-slot':
        return await flow.packages.updateSlot(slot, change.change, context);
      case 'remove-slot':
        await flow.packages.deleteSlot(slot, context);
        return;
      case 'add-component':
        return await this.addComponent(slot, change.component);
      case 'change-component':
        return await flow.packages.updateComponent(slot, change.componentUid, change.change, context);
      case 'remove-component':
        await flow.packages.deleteComponent(slot, change.componentUid, context);
    }
  }

  private async addSlot(productUid: string, { components, ...slot }: WantedSlot): Promise<void> {
    await this.run.tenant.flow.packages.createSlot(productUid, slot, this.run.context);
    const place = { productUid, productPackageSlotUid: slot.productPackageSlotUid };
    for (const component of components) await this.addComponent(place, component);
  }

  private async addComponent(
    slot: { readonly productUid: string; readonly productPackageSlotUid: string },
    { code, ...component }: WantedComponent,
  ): Promise<void> {
    await this.bringComponent(code, component.productUid);
    await this.run.tenant.flow.packages.createComponent(slot, component, this.run.context);
  }

  private async changeImage(productUid: string, change: ImageChange): Promise<void> {
    const { tenant, context } = this.run;
    if (change.do === 'remove') {
      await tenant.flow.products.deleteMedia(productUid, change.productMediaUid, context);
    } else if (change.do === 'change') {
      await tenant.flow.products.updateMedia(productUid, change.productMediaUid, change.change, context);
    } else {
      const { productMediaUid, url, position } = change.image;
      const cover = change.setAsCoverImage ? { setAsCoverImage: true } : {};
      await tenant.flow.products.createMedia(
        productUid,
        { productMediaUid, mainUrl: url, position, ...cover },
        context,
      );
    }
  }
}
