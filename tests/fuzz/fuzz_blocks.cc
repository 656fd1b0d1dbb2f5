/// Documents of blocks that anybody may send: refused, or read back as they were written, and what
/// they become compiles.

#include "base/ensure.h"
#include "base/json.h"
#include "domain/templates/blocks/compile.h"
#include "domain/templates/blocks/document_json.h"
#include "domain/templates/email_template.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  namespace blocks = templates::blocks;
  const Result<Value> value = parse_json(input);
  if (!value) return;
  const Result<blocks::Document> document = blocks::read_document(*value);
  if (!document) return;
  const Result<blocks::Document> again = blocks::read_document(blocks::write_document(*document));
  ENSURE(again.has_value());
  ENSURE(*again == *document);
  const Result<templates::EmailTemplate> source = blocks::compile_document(*document, {});
  if (!source) return;
  const auto compiled = templates::CompiledEmail::compile(*source);
  // Every place was checked by itself; only the whole can be too long or too deep.
  ENSURE(compiled.has_value() || compiled.error().code != "invalid_template");
}

}  // namespace sojourn::fuzz
