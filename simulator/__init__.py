"""The vendors' APIs served on loopback from one ledger of made-up stores: for the demo, for tests, as a mock.

A ledger holds stores, items, suppliers, stock and sales. It is served as a vendor's API (`simulator.square`),
written as a sales file (`simulator.csv_export`), and added up on its own (`simulator.expected`), with none of
the pipeline's code: what the warehouse says can be compared with what was sold. `connectors` and
`orchestration` never import this room, except for the demo.
"""
