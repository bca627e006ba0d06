// SPDX-License-Identifier: Apache-2.0
#include "check/host_guard.h"

#include "check/allocation_state.h"
#include "execution/faults.h"
#include "report/emit.h"
#include "report/symbols.h"

#include <sys/mman.h>

#include <algorithm>

namespace cuda_emulation {
namespace {

constexpr uintptr_t page_size = 4096;
using Lock = std::lock_guard<std::recursive_mutex>;

uintptr_t page_of(const void* address) {
  return reinterpret_cast<uintptr_t>(address) / page_size * page_size;
}

template <class F>
void for_pages(const Extent& extent, F f) {
  const auto first = reinterpret_cast<uintptr_t>(extent.first);
  const uintptr_t end = first + extent.pitch * (extent.height - 1) + extent.width;
  for (uintptr_t page = page_of(extent.first); page < end; page += page_size) f(page);
}

void set_protection(uintptr_t page, int protection) {
  mprotect(reinterpret_cast<void*>(page), page_size, protection);
}

}  // namespace

void HostGuard::lend(const Extent& extent, Access use, const Point& until, const ApiCall& call) {
  const Lock lock(mutex_);
  handle_faults();
  loans_.push_back({extent, use, until, call});
  protect();
}

void HostGuard::host_waited(const Point& point) {
  const Lock lock(mutex_);
  const size_t before = loans_.size();
  std::erase_if(loans_, [&](const Loan& loan) {
    return loan.until.stream == point.stream && loan.until.position <= point.position;
  });
  if (loans_.size() != before) protect();
}

void HostGuard::open() {
  const Lock lock(mutex_);
  ++open_;
  protect();
}

void HostGuard::close() {
  const Lock lock(mutex_);
  --open_;
  protect();
}

void HostGuard::protect() {
  for (const uintptr_t page : pages_) set_protection(page, PROT_READ | PROT_WRITE);
  pages_.clear();
  if (open_) return;
  for (const Access use :
       {Access::read, Access::write}) {  // memory that will be written is the stricter case
    for (const Loan& loan : loans_) {
      if (loan.use != use) continue;
      for_pages(loan.extent, [&](uintptr_t page) {
        set_protection(page, use == Access::read ? PROT_READ : PROT_NONE);
        pages_.push_back(page);
      });
    }
  }
}

bool HostGuard::handles_fault(const void* address, const void* pc) {
  const Lock lock(mutex_);
  if (std::find(pages_.begin(), pages_.end(), page_of(address)) == pages_.end()) return false;
  const auto loan = std::find_if(loans_.begin(), loans_.end(),
                                 [&](const Loan& l) { return overlap(l.extent, address, 1); });
  if (loan == loans_.end()) {  // a neighbour in the page
    set_protection(page_of(address), PROT_READ | PROT_WRITE);
    return true;
  }
  Report report;
  report.kind = "host_race";
  report.error = cudaErrorUnknown;
  report.message = std::string("the host ") + (loan->use == Access::read ? "writes" : "touches") +
                   " pinned memory that " + loan->call.function +
                   (loan->use == Access::read ? " may still read" : " may not have written yet") +
                   ": it has not waited for the operation";
  report.place = place_of_call(static_cast<const char*>(pc) + 1);
  report.others.push_back(place_of_call(loan->call.return_address));
  if (const AllocationPtr allocation = find_allocation(address))
    report.object = describe(*allocation);
  loans_.erase(loan);
  protect();
  emit(report);
  return true;
}

}  // namespace cuda_emulation
