#include "domain/segments/segment.h"

#include "domain/definitions/reader.h"

namespace sojourn::segments {

Segment read_segment(const Value& value, definitions::Findings& findings) {
  definitions::Reader reader(value, "");
  reader.find("kind");
  Segment segment;
  Result<std::string> key = reader.key("key");
  if (findings.take(key)) segment.key = std::move(*key);
  Result<std::optional<std::string>> name = reader.optional_text("name");
  if (findings.take(name)) segment.name = name->value_or(segment.key);
  const Result<const Value*> where = reader.require("where");
  if (findings.take(where)) segment.condition = read_condition(**where, "where", findings);
  reader.finish(findings);
  return segment;
}

Result<Segment> read_segment(const Value& value) {
  definitions::Findings findings;
  Segment segment = read_segment(value, findings);
  if (!findings.none()) return failure(findings.all().front());
  return segment;
}

Value write_segment(const Segment& segment) {
  return Object{{"kind", "segment"},
                {"key", segment.key},
                {"name", segment.name},
                {"where", write_condition(segment.condition)}};
}

void encode(ByteWriter& out, const Membership& membership) {
  out.unsigned_number(membership.segment);
  out.u8(membership.member ? 1 : 0);
  out.signed_number(membership.since.ms);
  out.signed_number(membership.recheck.ms);
}

Membership decode_membership(ByteReader& in) {
  Membership membership;
  membership.segment = static_cast<std::uint32_t>(in.unsigned_number());
  membership.member = in.u8() != 0;
  membership.since = {in.signed_number()};
  membership.recheck = {in.signed_number()};
  return membership;
}

}  // namespace sojourn::segments
