/**
 * The demo: real servers, a shop under load, the engine between them, and a comparison of every row at the end.
 *
 * <pre>
 *  ShopLoad ─▶ source ─▶ Pipeline ─▶ target
 *  MarkerProbe ─▶ │                    │ ─▶ MarkerProbe: latency
 *                 └───── Verifier ─────┘
 * </pre>
 */
package io.millrace.e2e;
