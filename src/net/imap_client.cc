#include "net/imap_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace sojourn::net {
namespace {

/// Of an answer that is no mail: a million numbers.
constexpr std::size_t answer_bytes_max = std::size_t{8} * 1024 * 1024;
constexpr Duration connect_time_max = Duration::seconds(30);

/// What comes, cut off at a limit.
struct Received {
  std::string bytes;
  std::size_t bytes_max = answer_bytes_max;
};

std::size_t receive(const char* bytes, std::size_t size, std::size_t count, void* into) {
  Received& received = *static_cast<Received*>(into);
  const std::size_t room = received.bytes_max - std::min(received.bytes_max, received.bytes.size());
  received.bytes.append(bytes, std::min(size * count, room));
  return size * count;
}

int goes_on(void* interrupted, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(interrupted)->load() ? 1 : 0;
}

std::string_view code_of(CURLcode code) {
  switch (code) {
    case CURLE_LOGIN_DENIED:
      return "imap_login_refused";
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return "imap_tls_failed";
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
      return "imap_unreachable";
    case CURLE_ABORTED_BY_CALLBACK:
      return "interrupted";
    default:
      return "imap_refused";
  }
}

std::optional<std::uint32_t> read_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || rest == text.data()) return std::nullopt;
  return number;
}

}  // namespace

struct ImapClient::Curl {
  struct Cleanup {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  };
  std::unique_ptr<CURL, Cleanup> easy;
  std::string server;   ///< `imaps://host:993/`
  std::string mailbox;  ///< as a part of a URL

  /// `what` is the URL's end; `command` empty: what the URL itself asks for.
  CURLcode perform(const std::string& what, const std::string& command, Received& received) {
    CURL* const curl = easy.get();
    const std::string url = server + what;
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, command.empty() ? nullptr : command.c_str());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
    return curl_easy_perform(curl);
  }
};

std::string imap_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + '"';
}

Result<std::unique_ptr<ImapClient>> ImapClient::create(Options options) {
  auto curl = std::make_unique<Curl>();
  curl->easy.reset(curl_easy_init());
  if (curl->easy == nullptr) return failure("imap_unreachable", "libcurl cannot be used");
  CURL* const easy = curl->easy.get();
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  curl->server =
      fmt::format("{}://{}:{}/", options.tls == Tls::implicit ? "imaps" : "imap",
                  is_ipv6 ? fmt::format("[{}]", options.host) : options.host, options.port);
  char* const escaped =
      curl_easy_escape(easy, options.mailbox.data(), static_cast<int>(options.mailbox.size()));
  if (escaped == nullptr) return failure("imap_unreachable", "the mailbox's name is too long");
  curl->mailbox = escaped;
  curl_free(escaped);
  std::unique_ptr<ImapClient> client(new ImapClient(std::move(options), std::move(curl)));
  const Options& told = client->options_;
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "imap,imaps");
  curl_easy_setopt(easy, CURLOPT_USERNAME, told.user.c_str());
  curl_easy_setopt(easy, CURLOPT_PASSWORD, told.password.c_str());
  curl_easy_setopt(easy, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!told.authorities_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, told.authorities_file.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_time_max.ms));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(told.time_max.ms));
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, goes_on);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &client->interrupted_);
  return client;
}

ImapClient::ImapClient(Options options, std::unique_ptr<Curl> curl)
    : options_(std::move(options)), curl_(std::move(curl)) {}

ImapClient::~ImapClient() = default;

Result<std::string> ImapClient::ask(In in, const std::string& command) {
  Received received;
  const CURLcode code =
      curl_->perform(in == In::mailbox ? curl_->mailbox : std::string(), command, received);
  if (code == CURLE_OK) return std::move(received.bytes);
  return failure(std::string(code_of(code)), curl_easy_strerror(code));
}

std::optional<std::uint32_t> ImapClient::read_validity(std::string_view answer) {
  constexpr std::string_view name = "UIDVALIDITY ";
  const std::size_t place = answer.find(name);
  if (place == std::string_view::npos) return std::nullopt;
  return read_number(answer.substr(place + name.size()));
}

std::vector<std::uint32_t> ImapClient::read_uids(std::string_view answer, std::uint32_t first) {
  constexpr std::string_view name = "* SEARCH";
  std::vector<std::uint32_t> uids;
  for (std::string_view line : split(answer, '\n')) {
    line = trimmed(line);
    if (!line.starts_with(name)) continue;
    for (const std::string_view word : split(line.substr(name.size()), ' ')) {
      const std::optional<std::uint32_t> uid = read_number(word);
      if (uid && *uid >= first) uids.push_back(*uid);
    }
  }
  std::sort(uids.begin(), uids.end());
  uids.erase(std::unique(uids.begin(), uids.end()), uids.end());
  return uids;
}

Result<std::uint32_t> ImapClient::uid_validity() {
  TRY(answer,
      ask(In::server, fmt::format("STATUS {} (UIDVALIDITY)", imap_quoted(options_.mailbox))));
  const std::optional<std::uint32_t> validity = read_validity(answer);
  if (validity) return *validity;
  return failure("imap_refused", fmt::format("there is no mailbox {}", options_.mailbox));
}

Result<std::vector<std::uint32_t>> ImapClient::uids_from(std::uint32_t first) {
  TRY(answer, ask(In::mailbox, fmt::format("UID SEARCH UID {}:*", first)));
  return read_uids(answer, first);
}

Result<std::optional<std::string>> ImapClient::fetch(std::uint32_t uid_validity, std::uint32_t uid,
                                                     std::size_t bytes_max) {
  Received received{.bytes = {}, .bytes_max = bytes_max};
  const std::string mail =
      fmt::format("{};UIDVALIDITY={}/;UID={}", curl_->mailbox, uid_validity, uid);
  const CURLcode code = curl_->perform(mail, "", received);
  // The one of both that says nothing of the connection: another validity, or no such mail.
  if (code == CURLE_REMOTE_FILE_NOT_FOUND) return std::optional<std::string>();
  if (code != CURLE_OK) return failure(std::string(code_of(code)), curl_easy_strerror(code));
  return std::optional(std::move(received.bytes));
}

Result<void> ImapClient::mark(std::uint32_t uid, Mark mark) {
  const char sign = mark == Mark::seen ? '+' : '-';
  TRY_VOID(ask(In::mailbox, fmt::format("UID STORE {} {}FLAGS (\\Seen)", uid, sign)));
  return {};
}

Result<void> ImapClient::move(std::uint32_t uid, std::string_view mailbox) {
  TRY_VOID(ask(In::mailbox, fmt::format("UID MOVE {} {}", uid, imap_quoted(mailbox))));
  return {};
}

}  // namespace sojourn::net
