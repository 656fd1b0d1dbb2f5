#include "domain/transfer/row.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/json.h"
#include "domain/transfer/convert.h"
#include "domain/transfer/csv.h"
#include "domain/transfer/export_row.h"
#include "domain/transfer/guess.h"
#include "domain/transfer/json_records.h"

namespace sojourn::transfer {
namespace {

/// The value as JSON, or the code of the error.
std::string converted(std::string_view cell, Column column, std::string_view zone = "UTC") {
  const Result<Value> value = convert(cell, column, zone);
  return value ? to_json(*value) : value.error().code;
}

TEST(Cells, BecomeValuesOfTheirColumnsType) {
  struct Case {
    std::string_view cell;
    Column column;
    const char* expected;
  };
  const Column number{.type = ValueType::number};
  const Column comma{.type = ValueType::number, .decimal = DecimalSign::comma};
  const Column boolean{.type = ValueType::boolean};
  const Column date{.type = ValueType::date};
  const Column day_first{.type = ValueType::date, .date = DateFormat::day_month_year};
  const Column month_first{.type = ValueType::date, .date = DateFormat::month_day_year};
  const Column unix_time{.type = ValueType::date, .date = DateFormat::unix_time};
  const Column list{.type = ValueType::list};
  const Column json{.type = ValueType::json};
  const Case cases[] = {
      {"x y", {}, "\"x y\""},
      {"42", number, "42"},
      {" -7 ", number, "-7"},
      {"+5", number, "5"},
      {"1.50", number, "1.5"},
      {"5.0", number, "5.0"},
      {"1e3", number, "1000.0"},
      {"9223372036854775807", number, "9223372036854775807"},
      {"1,5", number, "not_a_number"},
      {"1,5", comma, "1.5"},
      {"1.234,5", comma, "not_a_number"},
      {"1,234.5", number, "not_a_number"},
      {"++5", number, "not_a_number"},
      {"nan", number, "not_a_number"},
      {"1e999", number, "not_a_number"},
      {"5 EUR", number, "not_a_number"},
      {"Yes", boolean, "true"},
      {"F", boolean, "false"},
      {"0", boolean, "false"},
      {"maybe", boolean, "not_a_boolean"},
      {"2026-03-01", date, "\"2026-03-01\""},
      {"2026-02-30", date, "not_a_date"},
      {"2026-03-01T10:00:00+02:00", date, "\"2026-03-01T08:00:00.000Z\""},
      {"2026-03-01 10:00", date, "\"2026-03-01T10:00:00.000Z\""},
      {"2026-03-01T10:00:00.250", date, "\"2026-03-01T10:00:00.250Z\""},
      {"1/3/2026", date, "not_a_date"},
      {"1/3/2026", day_first, "\"2026-03-01\""},
      {"1/3/2026", month_first, "\"2026-01-03\""},
      {"01.03.2026 21:50", day_first, "\"2026-03-01T21:50:00.000Z\""},
      {"31/2/2026", day_first, "not_a_date"},
      {"1/3/26", day_first, "not_a_date"},
      {"1772366400", unix_time, "\"2026-03-01T12:00:00.000Z\""},
      {"1772366400000", unix_time, "\"2026-03-01T12:00:00.000Z\""},
      {"-1", unix_time, "not_a_date"},
      {"a; b;;c", list, R"(["a","b","c"])"},
      {R"([1,"x"])", list, R"([1,"x"])"},
      {"[1", list, "not_a_list"},
      {R"({"a":1})", json, R"({"a":1})"},
      {"{", json, "not_json"},
  };
  for (const Case& c : cases) EXPECT_EQ(converted(c.cell, c.column), c.expected) << c.cell;
}

TEST(Cells, LocalTimesAreOfTheGivenZone) {
  const Column date{.type = ValueType::date};
  EXPECT_EQ(converted("2026-07-01 10:00", date, "Europe/Paris"), "\"2026-07-01T08:00:00.000Z\"");
  // In the gap of 29 March: the first valid instant after it.
  EXPECT_EQ(converted("2026-03-29 02:30", date, "Europe/Paris"), "\"2026-03-29T01:00:00.000Z\"");
  EXPECT_EQ(*convert_time("2026-07-01", DateFormat::iso, "Europe/Paris"),
            *parse_timestamp("2026-06-30T22:00:00Z"));
}

Mapping mapping_of_text(std::string_view json) {
  const Result<Mapping> mapping = read_mapping(*parse_json(json), "mapping");
  EXPECT_TRUE(mapping) << mapping.error().message;
  return mapping.value_or(Mapping{});
}

constexpr std::string_view contacts_mapping = R"({"columns":[
    {"column":"Id","as":"userId"},{"column":"Mail","as":"email"},
    {"column":"Plan","as":"attribute","name":"plan"},
    {"column":"Seats","as":"attribute","name":"seats","type":"number"},
    {"column":"Notes","as":"ignore"}]})";

/// What a row says as JSON, or `column:code` of each error.
std::string described(const std::variant<Row, RowErrors>& read) {
  std::string text;
  if (const auto* errors = std::get_if<RowErrors>(&read)) {
    for (const Error& error : *errors) text += error.field + ":" + error.code + " ";
    return text;
  }
  const Row& row = std::get<Row>(read);
  return to_json(Object{{"u", row.user_id},
                        {"a", row.anonymous_id},
                        {"e", row.email},
                        {"traits", row.attributes},
                        {"event", row.event},
                        {"at", row.at ? format_timestamp(*row.at) : std::string()},
                        {"p", row.properties}});
}

TEST(Rows, AreReadByTheirMapping) {
  const RowReader reader(mapping_of_text(contacts_mapping),
                         {"Id", "Mail", "Plan", "Seats", "Notes", "More"}, "UTC");
  EXPECT_EQ(described(reader.read({"u1", " Ann@Example.COM ", "'=gold", "3", "x", "y"})),
            R"({"u":"u1","a":"","e":"Ann@example.com","traits":{"email":"Ann@Example.COM",)"
            R"("plan":"=gold","seats":3},"event":"","at":"","p":{}})");
  EXPECT_EQ(described(reader.read({"u1", "", " ", " ", "", ""})),
            R"({"u":"u1","a":"","e":"","traits":{"plan":" "},"event":"","at":"","p":{}})");
}

TEST(Rows, SayWhatIsWrongWithEachCell) {
  const RowReader reader(mapping_of_text(contacts_mapping),
                         {"Id", "Mail", "Plan", "Seats", "Notes", "More"}, "UTC");
  const std::string long_key(row_key_bytes_max + 1, 'x');
  const std::string long_plan(row_bytes_max, 'x');
  struct Case {
    std::vector<std::string> fields;
    const char* errors;
  };
  const Case cases[] = {
      {{"u", "nobody", "p", "many", "", ""}, "Seats:not_a_number Mail:invalid_email "},
      {{"", "", "p", "1", "", ""}, ":missing_identity "},
      {{"u", "", "p"}, ":wrong_field_count "},
      {{"u", "", "\xff", "1", "", ""}, "Plan:not_utf8 "},
      {{long_key, "", "", "", "", ""}, "Id:too_long "},
      {{"u\x01v", "", "", "", "", ""}, "Id:control_character "},
      {{"u", "", long_plan, "", "", ""}, ":too_long "},
      {{long_key.substr(1), "", long_plan.substr(row_key_bytes_max), "", "", ""}, nullptr},
  };
  for (const Case& c : cases) {
    const auto read = reader.read(c.fields);
    if (c.errors == nullptr) {
      EXPECT_TRUE(std::holds_alternative<Row>(read)) << described(read);
    } else {
      EXPECT_EQ(described(read), c.errors);
    }
  }
}

TEST(Rows, OfEventsNeedANameThatIsTheirs) {
  const RowReader reader(
      mapping_of_text(R"({"subject":"events","columns":[{"column":"who","as":"userId"},
        {"column":"what","as":"event"},{"column":"when","as":"time","date":"day/month/year"},
        {"column":"price","as":"property","type":"number"},
        {"column":"more","as":"properties"}]})"),
      {"who", "what", "when", "price", "more"}, "Europe/Paris");
  EXPECT_EQ(described(reader.read({"u", "Paid", "1/7/2026 10:00", "5", R"({"x":true})"})),
            R"({"u":"u","a":"","e":"","traits":{},"event":"Paid",)"
            R"("at":"2026-07-01T08:00:00.000Z","p":{"price":5,"x":true}})");
  EXPECT_EQ(described(reader.read({"u", "", "", "", ""})), ":missing_event ");
  EXPECT_EQ(described(reader.read({"u", "Email Opened", "", "", ""})), "what:reserved_event_name ");
  EXPECT_EQ(described(reader.read({"u", "Paid", "7/31/2026", "", "[]"})),
            "when:not_a_date more:not_an_object ");
}

TEST(Rows, OfJsonKeepTheirTypes) {
  const Guess guess = guess_json(Subject::contacts, {"type", "userId", "traits", "score"});
  const RowReader reader(guess.mapping, {}, "UTC");
  const Value row = *parse_json(
      R"({"type":"identify","userId":7,"traits":{"email":"a@b.c","n":null,"l":[1]},"score":1.5})");
  EXPECT_EQ(described(reader.read(*row.as_object())),
            R"({"u":"7","a":"","e":"a@b.c","traits":{"email":"a@b.c","l":[1],"score":1.5},)"
            R"("event":"","at":"","p":{}})");
}

TEST(Mappings, AreRefusedWhereRowsCouldNotBeReadByThem) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"columns":[]})", "unmapped_identity"},
      {R"({"columns":[{"column":"a","as":"attribute"}]})", "unmapped_identity"},
      {R"({"subject":"events","columns":[{"column":"a","as":"userId"}]})", "unmapped_event"},
      {R"({"columns":[{"column":"a","as":"userId"},{"column":"b","as":"userId"}]})",
       "mapped_twice"},
      {R"({"columns":[{"column":"a","as":"userId"},{"column":"b","as":"event"}]})", "wrong_role"},
      {R"({"columns":[{"column":"a","as":"userid"}]})", "unknown_value"},
      {R"({"columns":[{"column":"a","as":"userId","typ":"x"}]})", "unknown_member"},
      {R"({"columns":[{"column":"a","as":"userId"},{"column":"b","as":"attribute","name":""}]})",
       "invalid_name"},
      {R"({"subject":"people","columns":[]})", "unknown_value"},
  };
  for (const auto& [json, code] : cases) {
    const Result<Mapping> mapping = read_mapping(*parse_json(json), "mapping");
    EXPECT_EQ(mapping ? "" : mapping.error().code, code) << json;
  }
}

TEST(Mappings, AreWrittenAsTheyAreRead) {
  const Mapping mapping = mapping_of_text(contacts_mapping);
  EXPECT_EQ(read_mapping(write_mapping(mapping), "mapping"), mapping);
}

TEST(Mappings, HaveATextFormForTheCommandLine) {
  const std::pair<const char*, Column> cases[] = {
      {"E-mail=email", {.header = "E-mail", .role = Role::email}},
      {"a=b=userId", {.header = "a=b", .role = Role::user_id}},
      {"Plan=attribute", {.header = "Plan", .role = Role::attribute, .name = "Plan"}},
      {"Born=attribute:birthday:date:day/month/year",
       {.header = "Born",
        .role = Role::attribute,
        .name = "birthday",
        .type = ValueType::date,
        .date = DateFormat::day_month_year}},
      {"When=time:unix", {.header = "When", .role = Role::time, .date = DateFormat::unix_time}},
      {"Price=property:price:number:,",
       {.header = "Price",
        .role = Role::property,
        .name = "price",
        .type = ValueType::number,
        .decimal = DecimalSign::comma}},
  };
  for (const auto& [text, column] : cases) EXPECT_EQ(read_column_text(text), column) << text;
  EXPECT_EQ(read_column_text("nothing").error().code, "invalid_mapping");
  EXPECT_EQ(read_column_text("a=mail").error().code, "unknown_value");
}

TEST(Guesses, KnowCommonHeadersAndTypes) {
  const Guess guess = transfer::guess(Subject::contacts, {{"Customer ID", {"1", "2"}},
                                                          {"E-Mail Address", {"a@b.c"}},
                                                          {"First Name", {"Ann"}},
                                                          {"Country", {"NO", "DE"}},
                                                          {"Seats", {"3", ""}},
                                                          {"Price", {"1,5", "2"}},
                                                          {"Zip", {"01234"}},
                                                          {"Active", {"yes", "no"}},
                                                          {"Born", {"31/12/1980"}},
                                                          {"Since", {"01/02/2020"}},
                                                          {"Tags", {R"(["a"])"}},
                                                          {"Empty", {"", ""}},
                                                          {"", {"x"}}});
  std::string described_columns;
  for (const Column& column : guess.mapping.columns) {
    described_columns += std::string(to_string(column.role)) + ":" + column.name + ":" +
                         std::string(to_string(column.type)) + " ";
  }
  EXPECT_EQ(described_columns,
            "userId::text email::text attribute:firstName:text attribute:country:text "
            "attribute:Seats:number attribute:Price:number attribute:Zip:text "
            "attribute:Active:boolean attribute:Born:date attribute:Since:text "
            "attribute:Tags:list attribute:Empty:text ignore::text ");
  ASSERT_EQ(guess.notes.size(), 2u);
  EXPECT_EQ(guess.notes[0].code, "ambiguous_date");
  EXPECT_EQ(guess.notes[0].header, "Since");
  EXPECT_EQ(guess.notes[1].code, "empty_header");
}

TEST(Guesses, IgnoreWhatAFileOfBadRowsSaysOfThem) {
  std::vector<SampleColumn> columns;
  for (const std::string_view header : bad_row_headers)
    columns.push_back({std::string(header), {}});
  columns.push_back({"userId", {"1"}});
  for (const Column& column : guess(Subject::contacts, columns).mapping.columns) {
    EXPECT_EQ(column.role, column.header == "userId" ? Role::user_id : Role::ignore);
  }
}

TEST(Guesses, SayWhatIsMissing) {
  const Guess guess = transfer::guess(Subject::contacts, {{"Plan", {"x"}}, {"Plan", {"y"}}});
  ASSERT_EQ(guess.notes.size(), 2u);
  EXPECT_EQ(guess.notes[0].code, "repeated_header");
  EXPECT_EQ(guess.notes[1].code, "unmapped_identity");
  EXPECT_EQ(guess_subject({"userId", "Event", "x"}), Subject::events);
  EXPECT_EQ(guess_subject({"userId", "x"}), Subject::contacts);
}

TEST(JsonRecords, AreTheObjectsOfLinesAndOfAList) {
  const auto all = [](std::string_view text) {
    std::string found;
    while (!text.empty()) {
      const std::optional<JsonRecord> record = read_json_record(text, MoreText::ends);
      EXPECT_TRUE(record);
      if (!record || record->size_bytes == 0) break;
      if (!record->text.empty()) found += (record->problem ? "!" : std::string(record->text)) + "|";
      text.remove_prefix(record->size_bytes);
    }
    return found;
  };
  EXPECT_EQ(all("{\"a\":1}\n{\"b\":\"}\\\"\"}\n"), "{\"a\":1}|{\"b\":\"}\\\"\"}|");
  EXPECT_EQ(all("[ {\"a\":{}} ,\n{}]\n"), "{\"a\":{}}|{}|");
  EXPECT_EQ(all("{}\nnope\n{\"a\":1}"), "{}|!|{\"a\":1}|");
  EXPECT_EQ(all("{\"a\":\n{}"), "!|{}|");
  EXPECT_FALSE(read_json_record("{\"a\"", MoreText::follows));
  EXPECT_FALSE(read_json_record("nope", MoreText::follows));
}

rc::Gen<std::string> texts() {
  return rc::gen::nonEmpty(rc::gen::container<std::string>(
      rc::gen::element('a', 'b', ' ', ',', ';', '"', '\n', '\'', '=', '-', '@', '0', '[', '{')));
}
rc::Gen<Value> values() {
  return rc::gen::oneOf(
      rc::gen::map(texts(), [](std::string text) { return Value(std::move(text)); }),
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t n) { return Value(n); }),
      rc::gen::map(rc::gen::inRange(-1000, 1000), [](int n) { return Value(n / 8.0); }),
      rc::gen::map(rc::gen::arbitrary<bool>(), [](bool truth) { return Value(truth); }),
      rc::gen::map(texts(),
                   [](std::string text) {
                     return Value(Value::List{text, 1, true});
                   }),
      rc::gen::map(texts(), [](std::string text) {
        return Value(Object{{"x", text}});
      }));
}

RC_GTEST_PROP(Exports, OfContactsAreImportedAsTheyWere, ()) {
  const auto names = std::vector<std::string>{"plan", "userId", "=x", "email", "Last Name"};
  std::vector<ContactRow> contacts;
  AttributeColumns columns;
  const int count = *rc::gen::inRange(1, 6);
  for (int index = 0; index < count; ++index) {
    ContactRow contact{.user_id = "u" + std::to_string(index)};
    if (*rc::gen::arbitrary<bool>()) contact.anonymous_id = "=a" + std::to_string(index);
    for (const std::string& name : names) {
      if (!*rc::gen::arbitrary<bool>()) continue;
      contact.attributes.set(name, name == "email" ? Value("ann@example.com") : *values());
    }
    columns.look_at(contact.attributes, NewColumns::added);
    contacts.push_back(std::move(contact));
  }
  std::string csv = contact_header(columns);
  std::string json;
  for (const ContactRow& contact : contacts) {
    append_contact_csv(csv, contact, columns, FormulaGuard::on);
    append_contact_json(json, contact, {});
  }
  const auto sorted = [&](const Object& attributes) {
    Object by_name;
    std::vector<std::string> order = names;
    std::sort(order.begin(), order.end());
    for (const std::string& name : order) {
      if (const Value* value = attributes.find(name)) by_name.set(name, *value);
    }
    return by_name;
  };
  std::string_view rest = csv;
  std::optional<CsvRecord> record = read_csv_record(rest, ',', MoreText::ends);
  rest.remove_prefix(record->size_bytes);
  std::vector<std::string> headers;
  for (const std::string& header : record->fields) headers.emplace_back(unguarded(header));
  const RowReader reader(mapping_of(columns), headers, "UTC");
  std::string_view json_rest = json;
  const RowReader json_reader(
      guess_json(Subject::contacts, {"type", "userId", "anonymousId", "traits"}).mapping, {},
      "UTC");
  for (const ContactRow& contact : contacts) {
    record = read_csv_record(rest, ',', MoreText::ends);
    RC_ASSERT(record && !record->problem);
    rest.remove_prefix(record->size_bytes);
    const auto object = read_json_record(json_rest, MoreText::ends);
    RC_ASSERT(object && !object->problem);
    json_rest.remove_prefix(object->size_bytes);
    const Value value = *parse_json(object->text);
    for (const auto& read : {reader.read(record->fields), json_reader.read(*value.as_object())}) {
      RC_ASSERT(std::holds_alternative<Row>(read));
      const Row& row = std::get<Row>(read);
      RC_ASSERT(row.user_id == contact.user_id);
      RC_ASSERT(row.anonymous_id == contact.anonymous_id);
      RC_ASSERT(sorted(row.attributes) == sorted(contact.attributes));
    }
  }
}

}  // namespace
}  // namespace sojourn::transfer
