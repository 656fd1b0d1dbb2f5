#include "channels/connector/exchange_journal.h"

#include <gtest/gtest.h>

namespace sojourn::channels::connector {
namespace {

TEST(ExchangeJournal, ShowsTheNewestFirstAndForgetsTheOldest) {
  ExchangeJournal journal(3);
  for (const char* key : {"1", "2", "3", "4"}) {
    Exchange exchange;
    exchange.key = key;
    journal.note(std::move(exchange));
  }
  const std::vector<Exchange> all = journal.before(0, 10);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all.front().key, "4");
  EXPECT_EQ(all.back().key, "2");
  const std::vector<Exchange> older = journal.before(all.front().number, 1);
  ASSERT_EQ(older.size(), 1U);
  EXPECT_EQ(older.front().key, "3");
  EXPECT_TRUE(journal.before(all.back().number, 10).empty());
}

TEST(ExchangeJournal, KeepsNoSecretsAndNoAddresses) {
  ExchangeJournal journal;
  Exchange exchange;
  exchange.url = "https://key:secret@api.example.com/v3/send?token=secret#secret";
  exchange.words = "406 no mail to ann.lee@example.com, <bob@example.net>\nask support@example.org";
  journal.note(std::move(exchange));
  const Exchange kept = journal.before(0, 1).front();
  EXPECT_EQ(kept.url, "https://api.example.com/v3/send");
  EXPECT_EQ(kept.words, "406 no mail to …@example.com, <…@example.net> ask …@example.org");
}

TEST(ExchangeJournal, CutsLongWordsAndOddBytes) {
  const std::string words = without_addresses("\x1b[31m" + std::string(1000, 'x'));
  EXPECT_TRUE(words.starts_with("?[31mxxx"));
  EXPECT_EQ(words.size(), ExchangeJournal::words_bytes_max);
}

TEST(ExchangeJournal, ReadsUrlsWithoutUserOrPath) {
  EXPECT_EQ(without_secrets("http://127.0.0.1:80"), "http://127.0.0.1:80");
  EXPECT_EQ(without_secrets("https://a.example/u@v"), "https://a.example/u@v");
  EXPECT_EQ(without_secrets("nothing"), "nothing");
}

}  // namespace
}  // namespace sojourn::channels::connector
