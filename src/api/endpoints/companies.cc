#include <algorithm>
#include <array>

#include "api/endpoints/building.h"
#include "api/endpoints/contact_json.h"
#include "api/endpoints/endpoints.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "base/ensure.h"
#include "domain/audience/company_scan.h"
#include "runtime/audience.h"

namespace sojourn::api::endpoints {
namespace {

using audience::AskedScores;
using audience::CompanyOrder;
using audience::Measure;
using reaction::ScoreRuleSet;

/// How long a caller waits at most while the audience index is being loaded: so long it takes for
/// a million contacts.
constexpr std::chrono::milliseconds load_wait{10'000};
/// As of a search among contacts.
constexpr std::size_t search_bytes_max = 200;
/// Scores of one answer: each goes through all contacts who have it.
constexpr std::size_t scores_max = 20;
/// What is known of a company is read from so many of its contacts, those who wrote last.
constexpr std::size_t writers_max = 100;

/// The scores of an answer: by name, and the one that was named in any case.
class ShownScores {
 public:
  static Result<ShownScores> create(std::shared_ptr<const reaction::Rules> rules,
                                    const std::string& named) {
    ShownScores shown;
    for (const ScoreRuleSet& rule : rules->scores()) shown.rules_.push_back(&rule);
    std::sort(shown.rules_.begin(), shown.rules_.end(),
              [&](const ScoreRuleSet* a, const ScoreRuleSet* b) {
                const bool a_is_named = a->score.key == named;
                const bool b_is_named = b->score.key == named;
                if (a_is_named != b_is_named) return a_is_named;
                return std::tie(a->score.name, a->score.key) <
                       std::tie(b->score.name, b->score.key);
              });
    if (shown.rules_.size() > scores_max) shown.rules_.resize(scores_max);
    if (!named.empty() && (shown.rules_.empty() || shown.rules_.front()->score.key != named)) {
      return failure({.code = "unknown_score",
                      .message = "there is no such score",
                      .field = "score",
                      .value = named.substr(0, search_bytes_max)});
    }
    for (const ScoreRuleSet* rule : shown.rules_) {
      shown.asked_.push_back({.number = rule->number, .score = &rule->score});
    }
    shown.kept_ = std::move(rules);
    return shown;
  }

  [[nodiscard]] AskedScores asked() const { return asked_; }
  [[nodiscard]] const std::string& key(std::size_t place) const { return rules_[place]->score.key; }
  /// `scores`: which they are, and whether what they say is whole.
  Result<void> write(JsonWriter& out, Context& context) const {
    TRY(view, context.runtime.store().view());
    TRY(building, Building::read(context.runtime, *kept_, *view));
    out.name("scores").begin_list();
    for (const ScoreRuleSet* rule : rules_) {
      out.begin_object();
      text_field(out, "key", rule->score.key);
      text_field(out, "name", rule->score.name);
      building.write(out, building.of(kept_->place_of(*rule)));
      out.end_object();
    }
    out.end_list();
    return {};
  }

 private:
  std::shared_ptr<const reaction::Rules> kept_;  ///< holds what the others point to
  std::vector<const ScoreRuleSet*> rules_;       ///< the named one first
  std::vector<audience::Definitions::NumberedScore> asked_;
};

Result<void> ask(Context& context, const runtime::Audience::Question& question) {
  auto* keeper = dynamic_cast<runtime::AudienceKeeper*>(&context.runtime);
  ENSURE(keeper != nullptr);
  if (keeper->audience().ask(question, load_wait)) return {};
  return failure("audience_loading", "the contacts are still being read");
}

template <typename Choice, std::size_t count>
Result<Choice> read_choice(const net::Request& request, std::string_view field,
                           const std::array<std::pair<std::string_view, Choice>, count>& choices,
                           Choice otherwise) {
  const std::string text = request.query_parameter(field).value_or("");
  if (text.empty()) return otherwise;
  std::string known;
  for (const auto& [name, choice] : choices) {
    if (name == text) return choice;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  return failure({.code = "unknown_value",
                  .message = std::string(field) + " is none of those that there are",
                  .field = std::string(field),
                  .value = text.substr(0, search_bytes_max),
                  .limit = known});
}

constexpr std::array<std::pair<std::string_view, CompanyOrder::By>, 3> sorts = {
    {{"score", CompanyOrder::By::score},
     {"contacts", CompanyOrder::By::contacts},
     {"name", CompanyOrder::By::name}}};
constexpr std::array<std::pair<std::string_view, Measure>, 3> measures = {
    {{"sum", Measure::sum}, {"average", Measure::average}, {"highest", Measure::highest}}};

Result<CompanyOrder> read_order(const net::Request& request) {
  const bool names_score = !request.query_parameter("score").value_or("").empty();
  CompanyOrder order;
  TRY(by, read_choice(request, "sort", sorts,
                      names_score ? CompanyOrder::By::score : CompanyOrder::By::contacts));
  TRY(measure, read_choice(request, "measure", measures, Measure::sum));
  if (by == CompanyOrder::By::score && !names_score) {
    return failure({.code = "missing_field",
                    .message = "name the score to sort by",
                    .field = "score",
                    .value = {}});
  }
  order.by = by;
  order.measure = measure;
  return order;
}

Result<std::string> read_search(const net::Request& request) {
  std::string search = request.query_parameter("search").value_or("");
  if (search.size() <= search_bytes_max) return search;
  return failure({.code = "too_long",
                  .message = "search is longer than 200 bytes",
                  .field = "search",
                  .value = std::to_string(search.size()),
                  .limit = std::to_string(search_bytes_max)});
}

/// A place within a list as its cursor holds it: the instant at which the first page was computed,
/// so that scores do not fade between pages, and what the last item was sorted by.
struct ListPlace {
  Timestamp at;
  double value = 0;
  std::string key;
  std::string id;
};

std::string write_place(const ListPlace& place) {
  return to_json(Value::List{place.at.ms, place.value, place.key, place.id});
}

Result<std::optional<ListPlace>> read_place(const PageRequest& page) {
  if (page.place.empty()) return std::optional<ListPlace>();
  const Result<Value> parsed = parse_json(page.place);
  const Value::List* parts = parsed ? parsed->as_list() : nullptr;
  constexpr std::size_t part_count = 4;
  const bool is_whole = parts != nullptr && parts->size() == part_count &&
                        (*parts)[0].as_integer() != nullptr && (*parts)[1].is_number() &&
                        (*parts)[2].as_string() != nullptr && (*parts)[3].as_string() != nullptr;
  if (!is_whole) {
    return failure({.code = "cursor_invalid",
                    .message = "the cursor is not one of this list with these filters",
                    .field = "cursor"});
  }
  return std::optional<ListPlace>({.at = {*(*parts)[0].as_integer()},
                                   .value = (*parts)[1].number(),
                                   .key = *(*parts)[2].as_string(),
                                   .id = *(*parts)[3].as_string()});
}

void write_company(JsonWriter& out, const audience::Company& company, const ShownScores& shown) {
  text_field(out, "id", company.id);
  text_or_null_field(out, "name", company.name);
  count_field(out, "contacts", company.contacts);
  time_field(out, "firstSeenAt", company.first_seen);
  time_field(out, "lastSeenAt", company.last_seen);
  out.name("values").begin_list();
  for (std::size_t place = 0; place < company.scores.size(); ++place) {
    const audience::CompanyScore& score = company.scores[place];
    out.begin_object();
    text_field(out, "score", shown.key(place));
    number_field(out, "sum", score.sum);
    number_field(out, "average", score.average);
    number_field(out, "highest", score.highest);
    count_field(out, "contacts", score.contacts);
    out.end_object();
  }
  out.end_list();
}

Error unknown_company(const std::string& id) {
  return {.code = "unknown_company",
          .message = "no contact belongs to such a company",
          .field = "id",
          .value = id.substr(0, audience::company_id_bytes_max)};
}

/// The attributes of the contacts who wrote last, as the store has them.
Result<Object> read_traits(Context& context, const std::string& company,
                           const std::vector<contacts::ContactId>& writers) {
  TRY(view, context.runtime.store().view());
  TRY(records, view->contacts(writers));
  std::vector<reaction::ContactState> states;
  for (const std::optional<store::ContactRecord>& record : records) {
    if (!record) continue;
    TRY(state, reaction::decode_contact(record->state));
    states.push_back(std::move(state));
  }
  std::vector<const contacts::Attributes*> attributes;
  for (const reaction::ContactState& state : states) attributes.push_back(&state.attributes);
  return audience::company_traits(company, std::move(attributes));
}

/// A contact who was erased meanwhile is left out.
Result<void> write_people(JsonWriter& out, Context& context, const ShownScores& shown,
                          const std::vector<audience::CompanyPerson>& people) {
  std::vector<contacts::ContactId> ids;
  for (const audience::CompanyPerson& person : people) ids.push_back(person.id);
  TRY(view, context.runtime.store().view());
  TRY(records, view->contacts(ids));
  out.name("items").begin_list();
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (!records[i]) continue;
    TRY(state, reaction::decode_contact(records[i]->state));
    out.begin_object();
    out.name("contact");
    write_contact_summary(out, {.record = std::move(*records[i]), .state = std::move(state)});
    out.name("values").begin_list();
    for (std::size_t place = 0; place < people[i].scores.size(); ++place) {
      out.begin_object();
      text_field(out, "score", shown.key(place));
      number_field(out, "value", people[i].scores[place]);
      out.end_object();
    }
    out.end_list();
    out.end_object();
  }
  out.end_list();
  return {};
}

}  // namespace

Answer list_companies(Context& context, const Call& call) {
  TRY(order, read_order(call.request));
  TRY(search, read_search(call.request));
  const std::string score = call.request.query_parameter("score").value_or("");
  TRY(shown, ShownScores::create(context.runtime.rules(), score));
  const Value filters =
      Value::List{static_cast<int>(order.by), static_cast<int>(order.measure), score, search};
  TRY(page, read_page(call.request, "companies" + to_json(filters)));
  TRY(place, read_place(page));
  audience::CompanyQuery query{.scores = shown.asked(),
                               .order = order,
                               .search = search,
                               .after = {},
                               .limit = static_cast<std::size_t>(page.limit),
                               .now = place ? place->at : context.runtime.clock().now()};
  if (place) query.after = {.value = place->value, .key = place->key, .id = place->id};
  audience::CompanyPage found;
  TRY_VOID(ask(context, [&](const audience::Index& index) {
    found = audience::list_companies(query, index);
  }));

  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const audience::Company& company : found.companies) {
    out.begin_object();
    write_company(out, company, shown);
    out.end_object();
  }
  out.end_list();
  std::string next;
  if (found.more) {
    const audience::CompanyPlace last = audience::place_of(found.companies.back(), order);
    next = write_place({.at = query.now, .value = last.value, .key = last.key, .id = last.id});
  }
  write_next(out, page, next);
  count_field(out, "total", found.total);
  time_field(out, "at", query.now);
  TRY_VOID(shown.write(out, context));
  return json(out.end_object().take());
}

Answer get_company(Context& context, const Call& call) {
  const std::string& id = call.parameter("id");
  TRY(shown, ShownScores::create(context.runtime.rules(), ""));
  const Timestamp now = context.runtime.clock().now();
  std::optional<audience::Company> company;
  std::vector<contacts::ContactId> writers;
  TRY_VOID(ask(context, [&](const audience::Index& index) {
    company = audience::find_company(id, shown.asked(), index, now);
    if (company) writers = audience::newest_writers(id, writers_max, index);
  }));
  if (!company) return failure(unknown_company(id));
  TRY(traits, read_traits(context, id, writers));
  JsonWriter out;
  out.begin_object();
  write_company(out, *company, shown);
  out.name("traits").value(Value(std::move(traits)));
  time_field(out, "at", now);
  TRY_VOID(shown.write(out, context));
  return json(out.end_object().take());
}

Answer list_company_contacts(Context& context, const Call& call) {
  const std::string& id = call.parameter("id");
  const std::string score = call.request.query_parameter("score").value_or("");
  TRY(shown, ShownScores::create(context.runtime.rules(), score));
  const Value filters = Value::List{id, score};
  TRY(page, read_page(call.request, "company contacts" + to_json(filters)));
  TRY(place, read_place(page));
  audience::PeopleQuery query{.company = id,
                              .scores = shown.asked(),
                              .by = {},
                              .after = {},
                              .limit = static_cast<std::size_t>(page.limit),
                              .now = place ? place->at : context.runtime.clock().now()};
  // The named one is the first that is shown.
  if (!score.empty()) query.by = 0;
  if (place) {
    query.after = {.value = place->value,
                   .id = contacts::parse_contact_id(place->id).value_or(contacts::ContactId())};
  }
  std::optional<audience::PeoplePage> found;
  TRY_VOID(ask(context,
               [&](const audience::Index& index) { found = audience::list_people(query, index); }));
  if (!found) return failure(unknown_company(id));

  JsonWriter out;
  out.begin_object();
  TRY_VOID(write_people(out, context, shown, found->people));
  std::string next;
  if (found->more) {
    const audience::PersonPlace last = audience::place_of(found->people.back(), query.by);
    next = write_place(
        {.at = query.now, .value = last.value, .key = {}, .id = contacts::format(last.id)});
  }
  write_next(out, page, next);
  count_field(out, "total", found->total);
  time_field(out, "at", query.now);
  TRY_VOID(shown.write(out, context));
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
