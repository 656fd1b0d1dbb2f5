#include "runtime/hosted_pages.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "domain/definitions/yaml.h"

namespace sojourn::runtime {
namespace {

constexpr std::string_view language_setting = "hosted_pages.language";
constexpr std::string_view kept_setting = "hosted_pages.unconfirmed_kept_ms";

Result<policies::HostedPages> read(const store::DefinitionRecord& workspace) {
  TRY(document, definitions::parse_yaml(workspace.source));
  return policies::read_hosted_pages(document.value);
}

}  // namespace

Result<policies::HostedPages> hosted_pages(store::StateReads& reads) {
  policies::HostedPages pages;
  TRY(language, reads.setting(language_setting));
  pages.language = language.value_or("");
  TRY(kept, reads.setting(kept_setting));
  if (kept) {
    std::from_chars(kept->data(), kept->data() + kept->size(), pages.unconfirmed_kept.ms);
  }
  return pages;
}

Result<void> note_hosted_pages(store::StateTransaction& transaction,
                               const std::vector<store::DefinitionRecord>& changed) {
  std::optional<policies::HostedPages> pages;
  for (const store::DefinitionRecord& each : changed) {
    if (each.kind != "workspace") continue;
    // Another may take the place of one that is archived.
    if (each.archived) {
      if (!pages) pages.emplace();
      continue;
    }
    TRY(of_workspace, read(each));
    pages = std::move(of_workspace);
  }
  if (!pages) return {};
  TRY_VOID(transaction.put_setting(language_setting, pages->language));
  return transaction.put_setting(kept_setting, std::to_string(pages->unconfirmed_kept.ms));
}

}  // namespace sojourn::runtime
