// SPDX-License-Identifier: Apache-2.0
// Whether the tests run under a sanitizer, which costs ten times the time and needs fewer rounds.
#pragma once

namespace fovea::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace fovea::test
