#include "channels/providers/report_signatures.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

#include "base/hash.h"
#include "base/text.h"
#include "channels/providers/answer_fields.h"
#include "channels/providers/keyed_digest.h"

namespace sojourn::channels::providers {
namespace {

struct OpenSslDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, OpenSslDeleter>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool verifies(EVP_PKEY* key, const EVP_MD* digest, std::string_view signature,
              std::string_view text) {
  const std::unique_ptr<EVP_MD_CTX, OpenSslDeleter> context(EVP_MD_CTX_new());
  if (context == nullptr) return false;
  if (EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) != 1) return false;
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

/// Null where the text is no key of an elliptic curve.
Key curve_key(std::string_view base64) {
  const std::optional<std::string> der = from_base64(base64);
  if (!der) return nullptr;
  const unsigned char* at = bytes_of(*der);
  Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der->size())));
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_EC) return nullptr;
  return key;
}

Key key_of_certificate(std::string_view pem) {
  const std::unique_ptr<BIO, OpenSslDeleter> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bio == nullptr) return nullptr;
  const std::unique_ptr<X509, OpenSslDeleter> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return nullptr;
  Key key(X509_get_pubkey(certificate.get()));
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return nullptr;
  return key;
}

}  // namespace

bool is_sendgrid_key(std::string_view public_key) {
  return curve_key(public_key) != nullptr;
}

bool is_of_sendgrid(const SendGridSigned& report) {
  const Key key = curve_key(report.public_key);
  const std::optional<std::string> signature = from_base64(report.signature);
  if (key == nullptr || !signature || report.timestamp.empty()) return false;
  std::string text(report.timestamp);
  text += report.body;
  return verifies(key.get(), EVP_sha256(), *signature, text);
}

bool is_of_mailgun(const MailgunSigned& report) {
  if (report.key.empty() || report.token.empty()) return false;
  std::string text(report.timestamp);
  text += report.token;
  return equal_constant_time(to_hex(keyed_digest(report.key, text)),
                             to_lower_ascii(report.signature));
}

std::optional<std::string> sns_text_to_sign(const Object& message) {
  const std::string type = text_at(message, "Type");
  const bool confirms = type == "SubscriptionConfirmation" || type == "UnsubscribeConfirmation";
  if (type != "Notification" && !confirms) return std::nullopt;
  std::string text;
  const auto add = [&](std::string_view name) {
    text.append(name).append("\n").append(text_at(message, name)).append("\n");
  };
  add("Message");
  add("MessageId");
  if (confirms) add("SubscribeURL");
  if (!confirms && message.find("Subject") != nullptr) add("Subject");
  add("Timestamp");
  if (confirms) add("Token");
  add("TopicArn");
  add("Type");
  return text;
}

bool is_signed_by(const Object& sns_message, std::string_view pem) {
  const Key key = key_of_certificate(pem);
  const std::optional<std::string> text = sns_text_to_sign(sns_message);
  const std::optional<std::string> signature = from_base64(text_at(sns_message, "Signature"));
  if (key == nullptr || !text || !signature) return false;
  const std::string version = text_at(sns_message, "SignatureVersion");
  if (version == "1") return verifies(key.get(), EVP_sha1(), *signature, *text);
  if (version == "2") return verifies(key.get(), EVP_sha256(), *signature, *text);
  return false;
}

bool is_sns_url(std::string_view url) {
  constexpr std::string_view start = "https://sns.";
  if (!url.starts_with(start)) return false;
  url.remove_prefix(start.size());
  const std::size_t slash = url.find('/');
  if (slash == std::string_view::npos) return false;
  std::string_view host = url.substr(0, slash);
  if (host.ends_with(".cn")) host.remove_suffix(3);
  constexpr std::string_view end = ".amazonaws.com";
  if (!host.ends_with(end)) return false;
  host.remove_suffix(end.size());
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace sojourn::channels::providers
