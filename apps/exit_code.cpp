// SPDX-License-Identifier: Apache-2.0
#include "exit_code.h"

#include "console.h"
#include "job.h"

#include <fovea/core/error.h>

#include <unistd.h>

#include <chrono>
#include <new>
#include <thread>

namespace fovea::app {

// Config errors carry "FILE:LINE:COLUMN: error: " already. A file's name may hold control
// characters, which a terminal would obey.
std::string error_line(const std::string& what) {
  std::string text = what;
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n') || byte == 0x7f) c = '?';
  }
  return text.find(": error: ") == std::string::npos ? "error: " + text : text;
}

namespace {

void tell(const std::string& what) { log_line(rank_prefix() + what); }

int describe_exception() {
  try {
    throw;
  } catch (const ConfigError& error) {
    tell(error_line(error.what()));
    return kUsage;
  } catch (const DataError& error) {
    tell(error_line(error.what()));
    return kBadData;
  } catch (const DivergedError& error) {
    tell(error_line(error.what()));
    return kDiverged;
  } catch (const Error& error) {
    tell(error_line(error.what()));
  } catch (const std::bad_alloc&) {
    tell("error: out of memory");
  } catch (const std::exception& error) {
    tell(std::string("error: unexpected: ") + error.what());
  } catch (...) {
    tell("error: unexpected: an exception of unknown type");
  }
  return kFailed;
}

// Ends the whole job, in a few seconds at most.
void end_job(int code) noexcept {
  try {
    std::thread([code] {
      constexpr auto kPatience = std::chrono::seconds(3);
      std::this_thread::sleep_for(kPatience);
      _exit(code);
    }).detach();
  } catch (...) {
    _exit(code);
  }
  end_processes(code);
}

}  // namespace

int report_exception() noexcept {
  int code = kFailed;
  try {
    let_first_rank_speak();
    code = describe_exception();
  } catch (...) {  // no memory left even for the message
  }
  if (find_launch().is_job()) end_job(code);
  return code;
}

}  // namespace fovea::app
