#include "runtime/contact_pass.h"

#include "base/log.h"

namespace sojourn::runtime {

using contacts::ContactId;

void ContactPass::begin(PassPlan plan) {
  touched_.clear();
  is_begun_ = true;
  const std::lock_guard lock(mutex_);
  reached_ = plan.after;
  pages_.clear();
  // Shared: step() may be working by it when another begins.
  plan_ = std::make_shared<const PassPlan>(std::move(plan));
}

void ContactPass::end() {
  is_begun_ = false;
  touched_.clear();
  const std::lock_guard lock(mutex_);
  plan_.reset();
  pages_.clear();
}

std::optional<PassPage> ContactPass::take() {
  const std::lock_guard lock(mutex_);
  if (pages_.empty()) return std::nullopt;
  PassPage page = std::move(pages_.front());
  pages_.pop_front();
  return page;
}

bool ContactPass::has_page() const {
  const std::lock_guard lock(mutex_);
  return !pages_.empty();
}

void ContactPass::note_touched(const ContactId& contact) {
  if (!is_begun_) return;
  touched_.insert(contact);
  if (touched_.size() > options_.touched_max) end();
}

bool ContactPass::step() {
  std::shared_ptr<const PassPlan> plan;
  ContactId after;
  {
    const std::lock_guard lock(mutex_);
    has_failed_ = false;
    if (plan_ == nullptr || pages_.size() >= options_.pages_ahead) return false;
    plan = plan_;
    after = reached_;
  }
  Result<PassPage> page = work_out_page(*plan, after, options_.contacts_per_page, parts_.store,
                                        parts_.ledger, parts_.clock.now());
  if (!page) {
    log::error("contacts not read",
               {{"code", page.error().code}, {"message", page.error().message}});
    has_failed_ = true;
    return false;
  }
  {
    const std::lock_guard lock(mutex_);
    if (plan_ != plan) return true;  // another was begun meanwhile
    if (page->last) {
      reached_ = *page->last;
    } else {
      plan_.reset();
    }
    pages_.push_back(std::move(*page));
  }
  ready_();
  return true;
}

}  // namespace sojourn::runtime
