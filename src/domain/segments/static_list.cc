#include "domain/segments/static_list.h"

#include <tuple>

#include "domain/definitions/reader.h"

namespace sojourn::segments {

Result<StaticList> read_static_list(const Value& value) {
  definitions::Reader reader(value, "");
  reader.find("kind");
  StaticList list;
  TRY(key, reader.key("key"));
  list.key = std::move(key);
  TRY(name, reader.optional_text("name"));
  list.name = name.value_or(list.key);
  TRY_VOID(reader.finish());
  return list;
}

Value write_static_list(const StaticList& list) {
  return Object{{"kind", "list"}, {"key", list.key}, {"name", list.name}};
}

bool is_later(const Listing& b, const Listing& a) {
  return std::tie(a.at, a.writer) < std::tie(b.at, b.writer);
}

void encode(ByteWriter& out, const Listing& listing) {
  out.unsigned_number(listing.list);
  out.u8(listing.on ? 1 : 0);
  out.signed_number(listing.at.ms);
  out.hash(listing.writer);
}

Listing decode_listing(ByteReader& in) {
  Listing listing;
  listing.list = static_cast<std::uint32_t>(in.unsigned_number());
  listing.on = in.u8() != 0;
  listing.at = {in.signed_number()};
  listing.writer = in.hash();
  return listing;
}

}  // namespace sojourn::segments
