#pragma once

/// Catalogs and the items in them, which templates look up.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

Answer list_catalogs(Context&, const Call&);
Answer get_catalog(Context&, const Call&);
Answer list_catalog_items(Context&, const Call&);
/// All items, or some beside those that are there.
Answer put_catalog_items(Context&, const Call&);
/// All items as a file.
Answer get_catalog_file(Context&, const Call&);
Answer get_catalog_item(Context&, const Call&);
Answer remove_catalog_item(Context&, const Call&);

}  // namespace sojourn::api::endpoints
