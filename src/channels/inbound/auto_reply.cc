#include "channels/inbound/auto_reply.h"

#include <algorithm>
#include <span>
#include <string>

#include "base/text.h"
#include "channels/inbound/phrase.h"

namespace sojourn::channels::inbound {
namespace {

constexpr std::size_t text_bytes_max = 4096;  // what an automatic answer says, it says first

// At the begin of a subject, after any `Re:`; in the languages of mail programs.
constexpr std::string_view subject_begins[] = {"out of office",
                                               "out of the office",
                                               "out-of-office",
                                               "out of town",
                                               "ooo:",
                                               "auto:",
                                               "auto :",
                                               "autoreply",
                                               "auto-reply",
                                               "auto reply",
                                               "automatic reply",
                                               "automated reply",
                                               "autoresponse",
                                               "auto-response",
                                               "auto response",
                                               "automated response",
                                               "automatic response",
                                               "autoresponder",
                                               "[auto-reply]",
                                               "[autoreply]",
                                               "vacation",
                                               "on vacation",
                                               "on holiday",
                                               "away from",
                                               "i am away",
                                               "i'm away",
                                               "i am currently out",
                                               "abwesenheit",
                                               "abwesend",
                                               "automatische antwort",
                                               "automatische abwesenheit",
                                               "nicht im büro",
                                               "ich bin nicht",
                                               "réponse automatique",
                                               "reponse automatique",
                                               "absence du bureau",
                                               "absent du bureau",
                                               "message d'absence",
                                               "absence",
                                               "respuesta automática",
                                               "respuesta automatica",
                                               "respuesta de ausencia",
                                               "fuera de la oficina",
                                               "fuera de oficina",
                                               "ausencia",
                                               "ausente",
                                               "resposta automática",
                                               "resposta automatica",
                                               "fora do escritório",
                                               "risposta automatica",
                                               "risposta automatico",
                                               "fuori sede",
                                               "fuori ufficio",
                                               "assente dall",
                                               "automatisch antwoord",
                                               "automatische beantwoording",
                                               "afwezig",
                                               "niet aanwezig",
                                               "autosvar",
                                               "automatiskt svar",
                                               "automatisk svar",
                                               "frånvaro",
                                               "fravær",
                                               "ikke til stede",
                                               "automaattinen vastaus",
                                               "poissa",
                                               "automatyczna odpowiedź",
                                               "autoodpowiedź",
                                               "odpowiedź automatyczna",
                                               "automatická odpověď",
                                               "automatická odpoveď",
                                               "automatikus válasz",
                                               "răspuns automat",
                                               "raspuns automat",
                                               "otomatik yanıt",
                                               "ofis dışında",
                                               "αυτόματη απάντηση",
                                               "автоответ",
                                               "Автоответ",
                                               "автоматический ответ",
                                               "Автоматический ответ",
                                               "автоматична відповідь",
                                               "自動返信",
                                               "自动回复",
                                               "自動回覆",
                                               "不在",
                                               "休暇",
                                               "자동 회신",
                                               "부재중",
                                               "balasan otomatis",
                                               "trả lời tự động",
                                               "מענה אוטומטי",
                                               "رد تلقائي"};

constexpr std::string_view vacation_words[] = {"out of office",
                                               "out of the office",
                                               "out-of-office",
                                               "vacation",
                                               "on holiday",
                                               "on leave",
                                               "maternity leave",
                                               "parental leave",
                                               "away from",
                                               "i am away",
                                               "i'm away",
                                               "not in the office",
                                               "will be back",
                                               "will return",
                                               "back in the office",
                                               "returning on",
                                               "until * return",
                                               "currently out",
                                               "limited access to",
                                               "no access to my",
                                               "abwesen",
                                               "urlaub",
                                               "nicht im büro",
                                               "im büro erreichbar",
                                               "elternzeit",
                                               "bureau",
                                               "congé",
                                               "vacances",
                                               "absence",
                                               "absent",
                                               "vacaciones",
                                               "fuera de la oficina",
                                               "de regreso",
                                               "férias",
                                               "fora do escritório",
                                               "ferie",
                                               "fuori sede",
                                               "fuori ufficio",
                                               "assente",
                                               "vakantie",
                                               "afwezig",
                                               "semester",
                                               "ferie",
                                               "lomalla",
                                               "urlop",
                                               "nieobecn",
                                               "dovolen",
                                               "szabadság",
                                               "отпуск",
                                               "休暇",
                                               "不在",
                                               "外出"};

constexpr std::string_view left_words[] = {
    "no longer with",   "no longer work",     "no longer employed",
    "no longer at",     "no longer part of",  "has left the company",
    "has left our",     "left the company",   "is no longer",
    "have left",        "retired from",       "nicht mehr * unternehmen",
    "ausgeschieden",    "ne travaille plus",  "a quitté",
    "fait plus partie", "ya no trabaja",      "não trabalha mais",
    "non lavora più",   "больше не работает", "nie pracuje"};

constexpr std::string_view challenge_words[] = {"confirm that you",
                                                "confirm you are",
                                                "confirm your message",
                                                "confirm delivery",
                                                "verify that you",
                                                "verify your message",
                                                "verify you are",
                                                "sender verification",
                                                "verification required",
                                                "challenge",
                                                "approved sender",
                                                "approve sender",
                                                "allowed senders",
                                                "guest list",
                                                "account is protected by",
                                                "address added to",
                                                "allowed list",
                                                "boxbe",
                                                "spamarrest",
                                                "spam arrest",
                                                "prove that you",
                                                "you are human",
                                                "not a spammer",
                                                "human sender",
                                                "click the link * delivered",
                                                "click here * delivered",
                                                "reply to this message * delivered",
                                                "complete this * verification",
                                                "mail * held * until you",
                                                "awaiting * verification",
                                                "antispam * confirm",
                                                "action required"};

// Fields that only programs set, and what they hold; an empty text is any.
struct FieldSign {
  std::string_view name;
  std::string_view value;
};

constexpr FieldSign field_signs[] = {
    {"X-Autoreply", ""},
    {"X-Auto-Reply", ""},
    {"X-Auto-Reply-From", ""},
    {"X-Autoreply-From", ""},
    {"X-Mail-Autoreply", ""},
    {"X-Autorespond", ""},
    {"X-Auto-Respond", ""},
    {"X-Autoresponder", ""},
    {"X-Autoresponder-Id", ""},
    {"X-Autogenerated", "reply"},
    {"X-AutoReply-Domain", ""},
    {"X-AMAZON-MAIL-RELAY-TYPE", "notification"},
    {"X-FC-MachineGenerated", "true"},
    {"X-Vacation", ""},
    {"X-POST-MessageClass", "autoresponder"},
    {"X-Facebook-Notify", ""},
    {"Delivered-To", "autoresponder"},
    {"X-Envelope-Type", "auto"},
    {"Precedence", "auto_reply"},
    {"Precedence", "auto-reply"},
    {"Precedence", "vacation"},
    {"Auto-Submitted", "auto-"},
    {"X-Boxbe-Challenge", ""},
    {"X-SpamArrest", ""},
    {"X-TMDA-Fingerprint", ""},
    {"Return-Path", "challenge"},
};

std::string_view without_prefix(std::string_view subject) {
  constexpr std::string_view prefixes[] = {
      "re:", "aw:", "sv:", "antw:", "odp:", "r:", "fw:", "tr:"};
  bool is_changed = true;
  while (is_changed) {
    is_changed = false;
    for (const std::string_view prefix : prefixes) {
      if (!subject.starts_with(prefix)) continue;
      subject = trimmed(subject.substr(prefix.size()));
      is_changed = true;
    }
  }
  return subject;
}

bool says_so(std::string_view subject) {
  const std::string whole = folded(subject);
  std::string_view rest = without_prefix(whole);
  if (rest.starts_with('[')) rest.remove_prefix(1);
  const auto begins = [&](std::string_view begin) { return rest.starts_with(begin); };
  if (std::ranges::any_of(subject_begins, begins)) return true;
  constexpr std::string_view anywhere[] = {"(out of office",
                                           "out of office",
                                           "out of the office",
                                           "autoreply",
                                           "auto-reply",
                                           "auto reply",
                                           "automatic reply",
                                           "automatische antwort",
                                           "réponse automatique",
                                           "respuesta automática",
                                           "risposta automatica",
                                           "resposta automática",
                                           "automatic response",
                                           "abwesenheitsnotiz",
                                           "on vacation",
                                           "автоответ",
                                           "自動返信",
                                           "自动回复"};
  return contains_any(whole, anywhere);
}

/// A list marks its mails too, with fields of its own.
bool is_bulk(const MailParts& mail) {
  const std::string precedence = to_lower_ascii(mail.header("Precedence"));
  const bool is_marked =
      precedence.find("bulk") != std::string::npos || precedence.find("junk") != std::string::npos;
  return is_marked && mail.header("List-Id").empty() && mail.header("List-Unsubscribe").empty();
}

bool has_field(const MailParts& mail) {
  // RFC 3834 §3.3: answers are sent so that none can come back to them.
  if (trimmed(mail.header("Return-Path")) == "<>" || is_bulk(mail)) return true;
  return std::ranges::any_of(field_signs, [&](const FieldSign& sign) {
    const auto is_it = [&](const Header& header) {
      return equal_ignoring_case(header.name, sign.name) &&
             to_lower_ascii(header.value).find(sign.value) != std::string::npos;
    };
    return std::ranges::any_of(mail.headers, is_it);
  });
}

std::string said(const MailParts& mail) {
  std::string text(mail.header("Subject"));
  for (const Part& part : mail.parts) {
    if (part.message_depth > 0) break;
    if (part.type == "text/plain") {
      text.append("\n").append(part.text.substr(0, text_bytes_max));
      break;
    }
    if (part.type == "text/html") {
      text.append("\n").append(text_of_html(part.text).substr(0, text_bytes_max));
      break;
    }
  }
  return folded(text);
}

}  // namespace

std::optional<AutoReply> read_auto_reply(const MailParts& mail) {
  const bool by_words = says_so(mail.header("Subject"));
  const bool by_fields = has_field(mail);
  const std::string text = said(mail);
  const bool is_challenge = contains_any(text, challenge_words);
  const bool is_answer =
      !mail.header("In-Reply-To").empty() || folded(mail.header("Subject")).starts_with("re:");
  if (!by_words && !by_fields && !(is_challenge && is_answer)) return std::nullopt;
  AutoReply reply{.reason = Reason::automatic, .sign = by_words ? Sign::words : Sign::fields};
  if (is_challenge) {
    reply.reason = Reason::challenge;
  } else if (contains_any(text, left_words)) {
    reply.reason = Reason::left;
  } else if (contains_any(text, vacation_words)) {
    reply.reason = Reason::vacation;
  }
  return reply;
}

}  // namespace sojourn::channels::inbound
