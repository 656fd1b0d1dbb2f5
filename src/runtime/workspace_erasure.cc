// The right to be forgotten: a contact leaves the state, the captured mails and the log.
#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "runtime/workspace_runtime.h"

namespace sojourn::runtime {
namespace {

/// Names of settings that remember an erasure until the log has done it too.
constexpr std::string_view erasures_setting = "erasures_pending";

std::string write_positions(const std::vector<events::Position>& positions) {
  Value::List list;
  for (const events::Position position : positions) {
    list.push_back(static_cast<std::int64_t>(position.value));
  }
  return to_json(Value(std::move(list)));
}

std::vector<events::Position> read_positions(std::string_view text) {
  std::vector<events::Position> positions;
  const Result<Value> value = parse_json(text);
  const Value::List* list = value ? value->as_list() : nullptr;
  if (list == nullptr) return positions;
  for (const Value& item : *list) {
    if (const std::int64_t* number = item.as_integer()) {
      positions.push_back({static_cast<std::uint64_t>(*number)});
    }
  }
  return positions;
}

}  // namespace

Result<bool> WorkspaceRuntime::erase(const contacts::ContactId& id, const std::string& actor) {
  TRY(erased, erase_all({id}, actor));
  return erased == 1;
}

Result<std::size_t> WorkspaceRuntime::erase_all(const std::vector<contacts::ContactId>& ids,
                                                const std::string& actor) {
  struct Erased {
    std::size_t contacts = 0;
    std::vector<events::Position> positions;
  };
  if (ids.empty()) return 0;
  // Shared: the task may outlive this call where the store takes no writes.
  const auto erased = std::make_shared<Erased>();
  std::vector<std::string> addresses;
  {
    TRY(view, parts_.store.view());
    TRY(records, view->contacts(ids));
    for (const auto& record : records) {
      if (!record || record->email.empty()) continue;
      // The mailbox is searched mail by mail: only for who can be in it.
      store::StateReads::MessageQuery query;
      query.contact = record->id;
      query.limit = 1;
      TRY(page, view->list_messages(query));
      if (!page.messages.empty()) addresses.push_back(record->email);
    }
  }
  const std::string setting = fmt::format("erasure/{}", contacts::format(ids.front()));
  const Committer::Task task = [erased, ids, setting, actor, now = parts_.clock.now()](
                                   Batch& batch,
                                   store::StateTransaction& transaction) -> Result<void> {
    for (const contacts::ContactId& id : ids) {
      TRY(positions, batch.erase(id));
      if (!positions) continue;
      ++erased->contacts;
      erased->positions.insert(erased->positions.end(), positions->begin(), positions->end());
      TRY_VOID(transaction.append_audit(actor, "contact.erase", contacts::format(id), "", now));
    }
    if (erased->contacts == 0) return {};
    std::sort(erased->positions.begin(), erased->positions.end());
    // The log is another file: what it still has to do is remembered here, so that a stop between
    // the two leaves no half erasure.
    TRY_VOID(transaction.put_setting(setting, write_positions(erased->positions)));
    TRY(pending, transaction.setting(erasures_setting));
    return transaction.put_setting(erasures_setting, pending.value_or("") + setting + "\n");
  };
  TRY_VOID(run_task(task));
  if (erased->contacts == 0) return 0;
  for (const std::string& address : addresses) {
    if (parts_.captured != nullptr) TRY_VOID(parts_.captured->forget(address));
  }
  TRY_VOID(erase_from_log(setting, std::move(erased->positions)));
  return erased->contacts;
}

Result<void> WorkspaceRuntime::erase_from_log(const std::string& setting,
                                              std::vector<events::Position> positions) {
  auto answer = std::make_shared<std::promise<Result<void>>>();
  log_.erase(std::move(positions),
             [answer](Result<void> done) { answer->set_value(std::move(done)); });
  TRY_VOID(await(answer->get_future()));
  return run_task([setting](Batch&, store::StateTransaction& transaction) -> Result<void> {
    TRY_VOID(transaction.put_setting(setting, ""));
    TRY(pending, transaction.setting(erasures_setting));
    std::string left = pending.value_or("");
    const std::size_t place = left.find(setting + "\n");
    if (place != std::string::npos) left.erase(place, setting.size() + 1);
    return transaction.put_setting(erasures_setting, left);
  });
}

Result<void> WorkspaceRuntime::finish_erasures() {
  std::vector<std::pair<std::string, std::vector<events::Position>>> pending;
  {
    TRY(view, parts_.store.view());
    TRY(names, view->setting(erasures_setting));
    for (const std::string_view name : split(names.value_or(""), '\n')) {
      if (name.empty()) continue;
      TRY(positions, view->setting(name));
      pending.emplace_back(name, read_positions(positions.value_or("")));
    }
  }
  for (auto& [setting, positions] : pending) {
    TRY_VOID(erase_from_log(setting, std::move(positions)));
  }
  return {};
}

}  // namespace sojourn::runtime
