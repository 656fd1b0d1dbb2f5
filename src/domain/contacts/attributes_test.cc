#include "domain/contacts/attributes.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

namespace sojourn::contacts {
namespace {

struct Write {
  std::string name;
  Value value;
  Timestamp at;
  Hash128 writer;
};

rc::Gen<Write> writes() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(0, 3), rc::gen::inRange(0, 4), rc::gen::inRange(0, 5),
                     rc::gen::inRange<std::uint8_t>(0, 200)),
      [](const std::tuple<int, int, int, std::uint8_t>& parts) {
        const auto [name, value, at, writer] = parts;
        // One event writes one value of a name: the value is a function of its writer.
        const Value written = value == 0 ? Value() : Value(writer * 10 + at);
        return Write{std::string(1, static_cast<char>('a' + name)), written, Timestamp{at},
                     Hash128{{writer, static_cast<std::uint8_t>(value)}}};
      });
}

Attributes fold(const std::vector<Write>& given) {
  Attributes attributes;
  for (const Write& each : given) attributes.write(each.name, each.value, each.at, each.writer);
  return attributes;
}

// Invariant 3: the attributes are the fold of all writes sorted by (time, id).
TEST(Attributes, AreTheSameInWhateverOrderWritesArrive) {
  EXPECT_TRUE(rc::check([] {
    auto given = *rc::gen::container<std::vector<Write>>(writes());
    const Attributes arrived = fold(given);
    std::sort(given.begin(), given.end(), [](const Write& a, const Write& b) {
      return std::tie(a.at, a.writer) < std::tie(b.at, b.writer);
    });
    std::map<std::string, Value> last;
    for (const Write& each : given) last[each.name] = each.value;
    for (const auto& [name, value] : last) {
      const Value* found = arrived.find(name);
      RC_ASSERT((found == nullptr ? Value() : *found) == value);
    }
  }));
}

TEST(Attributes, MergingIsCommutativeAndTheFoldOfBothHistories) {
  EXPECT_TRUE(rc::check([] {
    const auto a = *rc::gen::container<std::vector<Write>>(writes());
    const auto b = *rc::gen::container<std::vector<Write>>(writes());
    Attributes ab = fold(a);
    ab.merge(fold(b));
    Attributes ba = fold(b);
    ba.merge(fold(a));
    RC_ASSERT(ab == ba);
    std::vector<Write> both = a;
    both.insert(both.end(), b.begin(), b.end());
    RC_ASSERT(ab == fold(both));
  }));
}

TEST(Attributes, ARemovalIsKeptSoThatAnOlderWriteDoesNotReviveIt) {
  Attributes attributes;
  EXPECT_TRUE(attributes.write("plan", "pro", Timestamp{2}, {}));
  EXPECT_TRUE(attributes.write("plan", nullptr, Timestamp{3}, {}));
  EXPECT_FALSE(attributes.write("plan", "basic", Timestamp{1}, {}));
  EXPECT_EQ(attributes.find("plan"), nullptr);
  EXPECT_TRUE(attributes.values().empty());
  EXPECT_EQ(attributes.all().size(), 1u);
}

TEST(Attributes, SayWhetherTheAnswerChanged) {
  Attributes attributes;
  EXPECT_FALSE(attributes.write("plan", nullptr, Timestamp{1}, {}));
  EXPECT_TRUE(attributes.write("plan", "pro", Timestamp{2}, {}));
  EXPECT_FALSE(attributes.write("plan", "pro", Timestamp{3}, {}));
}

TEST(Attributes, TheLimitHoldsOnBothSides) {
  Attributes attributes;
  for (std::size_t i = 0; i < attributes_max; ++i) {
    EXPECT_TRUE(attributes.write("a" + std::to_string(i), 1, Timestamp{1}, {}));
  }
  EXPECT_FALSE(attributes.write("one more", 1, Timestamp{1}, {}));
  EXPECT_TRUE(attributes.write("a0", 2, Timestamp{2}, {})) << "what is there may change";
}

TEST(AttributesCodec, ReadsBackEveryTypeOfValue) {
  Attributes attributes;
  int at = 0;
  for (const Value& value :
       {Value(), Value(true), Value(false), Value(-5), Value(1.5), Value("é"),
        Value(Value::List{1, "x"}), Value(Object{{"a", Object{{"b", nullptr}}}})}) {
    attributes.write("name" + std::to_string(at), value, Timestamp{++at}, Hash128{{7}});
  }
  ByteWriter out;
  encode(out, attributes);
  const std::string bytes = out.take();
  ByteReader in(bytes);
  EXPECT_EQ(decode_attributes(in), attributes);
  EXPECT_TRUE(in.ok() && in.at_end());
}

TEST(AttributesCodec, RefusesBytesThatItDoesNotWrite) {
  const auto reads = [](const std::function<void(ByteWriter&)>& write) {
    ByteWriter out;
    write(out);
    const std::string bytes = out.take();
    ByteReader in(bytes);
    static_cast<void>(decode_attributes(in));
    return in.ok();
  };
  const auto entry = [](ByteWriter& out, std::string_view name, std::uint8_t tag) {
    out.string(name);
    out.u8(tag);
    out.signed_number(0);
    out.hash({});
  };
  EXPECT_TRUE(reads([&](ByteWriter& out) {
    out.unsigned_number(2);
    entry(out, "a", 0);
    entry(out, "b", 0);
  }));
  EXPECT_FALSE(reads([&](ByteWriter& out) {
    out.unsigned_number(2);
    entry(out, "b", 0);
    entry(out, "a", 0);
  })) << "out of order";
  EXPECT_FALSE(reads([&](ByteWriter& out) {
    out.unsigned_number(1);
    entry(out, "a", 99);
  })) << "a type that there is not";
}

TEST(Email, IsNormalisedOrRefused) {
  const struct {
    std::string text;
    std::string expected;
  } cases[] = {
      {"  Ann@Example.COM ", "Ann@example.com"},
      {"Ann@M\u00fcller.de", "Ann@xn--mller-kva.de"},
      {"a@\u00fc\u00fc..de", "a@\u00fc\u00fc..de"},
      {"a@b", "a@b"},
      {"a@b@C.de", "a@b@c.de"},
      {"", ""},
      {"ann", ""},
      {"@example.com", ""},
      {"ann@", ""},
      {"ann@.com", ""},
      {"an n@example.com", ""},
      {"ann@example.com\r\nBcc: x@y.z", ""},
      {"<ann@example.com>", ""},
      {"a@b.c,d@e.f", ""},
      {std::string(64, 'a') + "@b.c", std::string(64, 'a') + "@b.c"},
      {std::string(65, 'a') + "@b.c", ""},
      {"a@" + std::string(255, 'b'), "a@" + std::string(255, 'b')},
      {"a@" + std::string(256, 'b'), ""},
  };
  for (const auto& each : cases) EXPECT_EQ(normalise_email(each.text), each.expected) << each.text;
}

}  // namespace
}  // namespace sojourn::contacts
