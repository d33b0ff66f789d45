import { networkConfig, type NetworkConfig } from '../../../../agents/networks/network.ts';

/** Small networks of every kind, some with dropout, whose luck must resume exactly; for contexts of four columns. */
export const SMALL_NETWORKS: readonly NetworkConfig[] = [
  { kind: 'mlp', hidden: [16], dropout: 0.3, layerNorm: true },
  { kind: 'conv1d', channels: [8], kernel: 2, dropout: 0.2, hidden: [8] },
  { kind: 'lstm', units: 16, numLayers: 2, dropout: 0.1, hidden: [] },
  { kind: 'attention', dModel: 8, numHeads: 2, dropout: 0.2, hidden: [8] },
  { kind: 'transformer', dModel: 8, numHeads: 2, feedForward: 16, dropout: 0.2, hidden: [8] },
  { kind: 'pathways', posterior: [0, 1, 2, 3], trunk: { kind: 'lstm', units: 4, hidden: [8] } },
].map((config) => networkConfig.parse(config));

/** For learning in few updates, which the luck of a mask would spoil. */
export const withoutDropout = (network: NetworkConfig): NetworkConfig =>
  networkConfig.parse({ ...network, ...('dropout' in network && { dropout: 0 }) });
