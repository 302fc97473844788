/** The extensions (BEP 10) that we speak in a swarm. */
import { MAX_MEMBERS_MESSAGE, MEMBERS_EXTENSION, type Metainfo } from '../../protocol/index.ts'
import { METADATA_OFFER, PEX_OFFER, type ExtensionOffer } from '../../swarm/index.ts'

const MEMBERS: ExtensionOffer = { name: MEMBERS_EXTENSION, id: 3, maxBytes: MAX_MEMBERS_MESSAGE }

/**
 * Who is in a private swarm learns of peers from its trackers alone (BEP 27): nothing else is spoken there. Nor is the metadata given
 * (as other clients have it too), for who has it is for the trackers to say.
 */
export function extensionOffers({ isPrivate }: Pick<Metainfo, 'isPrivate'>): readonly ExtensionOffer[] {
  return isPrivate ? [] : [PEX_OFFER, METADATA_OFFER, MEMBERS]
}
