// SPDX-License-Identifier: Apache-2.0
// Whether the tests run under a sanitizer, which costs ten times the time and needs fewer rounds.
#pragma once

#include <cstddef>

namespace fovea::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

// Of cases that are like one another, a sanitizer gets one in so many.
inline constexpr size_t kCaseStep = kSanitized ? 3 : 1;

}  // namespace fovea::test
