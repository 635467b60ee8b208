"""The questions in GraphQL, and their forms for bulk operations.

Every page is sized so that its query costs less than the 1,000 points that Shopify allows: a connection costs
2 points and floor(2 ln(first)) times its records' cost, an object 1, a scalar nothing. Sizes therefore stand
just below the next step: 4, 7, 12, 20, 33, 54, 90, 148, 250.
"""

MOST = 250
"""The longest page that Shopify gives."""
ORDERS_PER_PAGE = 50
IDS_PER_PAGE = MOST

MONEY = "{ shopMoney { amount } }"
"""Amounts in the shop's own currency, whatever the buyer saw."""

SALE = f"""
id actionType lineType quantity
totalAmount {MONEY} totalTaxAmount {MONEY}
totalDiscountAmountBeforeTaxes {MONEY} totalDiscountAmountAfterTaxes {MONEY}
... on ProductSale {{ lineItem {{ id title variantTitle originalUnitPriceSet {MONEY} variant {{ id }} }} }}
... on GiftCardSale {{ lineItem {{ id title variantTitle originalUnitPriceSet {MONEY} variant {{ id }} }} }}
"""

AGREEMENT = "id happenedAt reason"

ORDER = f"""
id legacyResourceId processedAt createdAt updatedAt cancelledAt test sourceName currencyCode taxesIncluded
displayFinancialStatus retailLocation {{ id }} %(customer)s
totalPriceSet {MONEY} totalReceivedSet {MONEY}
totalCashRoundingAdjustment {{ paymentSet {MONEY} }}
transactions {{
  id kind status gateway processedAt createdAt test parentTransaction {{ id }}
  amountSet {MONEY} amountRoundingSet {MONEY}
  paymentDetails {{ __typename ... on CardPaymentDetails {{ wallet }} }}
}}
"""

VARIANT = """
id title sku barcode price updatedAt
inventoryItem { id tracked unitCost { amount currencyCode } }
product { id title productType status isGiftCard category { name } }
"""

QUANTITIES = """
quantities(names: ["available", "on_hand", "committed", "incoming"]) { name quantity updatedAt }
"""

LOCATION = "id name isActive createdAt updatedAt"

ORDERS = """
query Orders($query: String!, $sortKey: OrderSortKeys!, $first: Int!, $after: String) {
  orders(first: $first, after: $after, query: $query, sortKey: $sortKey) {
    nodes {
      %(order)s
      agreements(first: 4) {
        nodes { %(agreement)s sales(first: 12) { nodes { %(sale)s } pageInfo { hasNextPage endCursor } } }
        pageInfo { hasNextPage endCursor }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""

AGREEMENTS_OF_ORDER = f"""
query AgreementsOfOrder($id: ID!, $after: String) {{
  order(id: $id) {{
    id
    agreements(first: 20, after: $after) {{
      nodes {{ {AGREEMENT} sales(first: 54) {{ nodes {{ {SALE} }} pageInfo {{ hasNextPage endCursor }} }} }}
      pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
"""

SALES_OF_AGREEMENT = f"""
query SalesOfAgreement($id: ID!, $agreement: String!, $after: String) {{
  order(id: $id) {{
    id
    agreements(first: 1, query: $agreement) {{
      nodes {{
        {AGREEMENT} sales(first: {MOST}, after: $after) {{
          nodes {{ {SALE} }} pageInfo {{ hasNextPage endCursor }}
        }}
      }}
    }}
  }}
}}
"""

ORDER_IDS = """
query OrderIds($query: String!, $first: Int!, $after: String) {
  orders(first: $first, after: $after, query: $query, sortKey: PROCESSED_AT) {
    nodes { id } pageInfo { hasNextPage endCursor }
  }
}
"""

ORDERS_COUNT = """
query CountOrders($query: String!, $limit: Int!) { ordersCount(query: $query, limit: $limit) { count } }
"""

VARIANTS_COUNT = """
query CountVariants($limit: Int!) { productVariantsCount(limit: $limit) { count } }
"""

VARIANTS = f"""
query Variants($after: String) {{
  productVariants(first: {MOST}, after: $after) {{
    nodes {{ {VARIANT} }} pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""

LOCATIONS = f"""
query Locations($after: String) {{
  locations(first: {MOST}, after: $after, includeInactive: true, includeLegacy: true) {{
    nodes {{ {LOCATION} }} pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""

LOCATION_IDS = f"""
query LocationIds {{
  locations(first: {MOST}, includeInactive: true, includeLegacy: true) {{ nodes {{ id }} }}
}}
"""

LEVELS_OF_LOCATION = f"""
query LevelsOfLocation($id: ID!, $after: String) {{
  location(id: $id) {{
    id
    inventoryLevels(first: {MOST}, after: $after) {{
      nodes {{ id item {{ id }} {QUANTITIES} }} pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
"""

SHOP = "query Shop { shop { id name ianaTimezone currencyCode taxesIncluded } }"

SCOPES = "query Scopes { currentAppInstallation { accessScopes { handle } } }"

TOTALS = """
query Totals($query: String!) {
  shopifyqlQuery(query: $query) { tableData { columns { name } rows } parseErrors }
}
"""

DAILY_TOTALS = (
    "FROM sales SHOW gross_sales, discounts, returns, net_sales, taxes TIMESERIES day"
    " SINCE {first} UNTIL {last}"
)
"""ShopifyQL, in the shop's own days."""

START_EXPORT = """
mutation StartExport($query: String!) {
  bulkOperationRunQuery(query: $query) { bulkOperation { id status } userErrors { code field message } }
}
"""

STATE_OF_EXPORT = """
query StateOfExport($id: ID!) { bulkOperation(id: $id) { id status errorCode url } }
"""

EXPORTED_ORDERS = """
{
  orders(query: "%(query)s") {
    edges { node {
      %(order)s
      agreements { edges { node { %(agreement)s sales { edges { node { %(sale)s } } } } } }
    } }
  }
}
"""

EXPORTED_ORDER_IDS = '{ orders(query: "%(query)s") { edges { node { id } } } }'

EXPORTED_VARIANTS = f"{{ productVariants {{ edges {{ node {{ {VARIANT} }} }} }} }}"

EXPORTED_LEVELS = f"""
{{
  locations(includeInactive: true, includeLegacy: true) {{
    edges {{ node {{ id inventoryLevels {{ edges {{ node {{ id item {{ id }} {QUANTITIES} }} }} }} }} }}
  }}
}}
"""


def orders(*, with_customers: bool) -> str:
    """Orders with their ledger, page by page."""
    return ORDERS % _parts(with_customers)


def exported_orders(query: str, *, with_customers: bool) -> str:
    """Orders with their whole ledger, as a bulk operation."""
    return EXPORTED_ORDERS % {"query": query, **_parts(with_customers)}


def _parts(with_customers: bool) -> dict[str, str]:
    customer = "customer { id }" if with_customers else ""
    return {"order": ORDER % {"customer": customer}, "agreement": AGREEMENT, "sale": SALE}
