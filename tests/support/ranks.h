// SPDX-License-Identifier: Apache-2.0
// Ranks of a job as threads of a test.
#pragma once

#include "devices.h"

#include <fovea/core/comm/rank_threads.h>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fovea::test {

using Communicators = std::vector<std::unique_ptr<Communicator>>;

// Calls body(communicator) for all, each in a thread of its own: what each has thrown, "" for
// nothing. Catch's macros are not for these threads.
inline std::vector<std::string> on_ranks(const Communicators& communicators,
                                         const std::function<void(Communicator&)>& body) {
  std::vector<std::string> errors(communicators.size());
  run_ranks(communicators, [&](Communicator& rank) {
    try {
      body(rank);
    } catch (const std::exception& error) {
      errors[static_cast<size_t>(rank.rank())] = error.what();
    }
  });
  return errors;
}

}  // namespace fovea::test
