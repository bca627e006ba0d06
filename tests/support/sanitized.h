// SPDX-License-Identifier: Apache-2.0
// Whether the tests run under a sanitizer, which costs ten times the time and needs fewer rounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

// GCC defines these itself.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__
#endif
#if __has_feature(thread_sanitizer) && !defined(__SANITIZE_THREAD__)
#define __SANITIZE_THREAD__
#endif
#endif

namespace fovea::test {

#if defined(__SANITIZE_THREAD__)
inline constexpr bool kThreadSanitized = true;
#else
inline constexpr bool kThreadSanitized = false;
#endif

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = kThreadSanitized;
#endif

// Of cases that are like one another, and share their threads in the same way, one in so many.
inline constexpr size_t kCaseStep = kThreadSanitized ? 10 : kSanitized ? 3 : 1;

template <class Case>
std::vector<Case> sampled(const std::vector<Case>& all) {
  std::vector<Case> some;
  for (size_t i = 0; i < all.size(); i += kCaseStep) some.push_back(all[i]);
  return some;
}

// How many damaged files a reader gets; no reader has threads.
inline constexpr uint32_t kMutants = kThreadSanitized ? 300 : 10'000;

}  // namespace fovea::test
