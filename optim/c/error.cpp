// SPDX-License-Identifier: Apache-2.0
#include "error.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace fovea::c {

namespace {

fovea_status fill(fovea_error* error, fovea_status status, const char* message) noexcept {
  if (error == nullptr) return status;
  error->status = status;
  const size_t room = sizeof error->message - 1;
  const size_t length = std::strlen(message);
  const size_t kept = std::min(length, room);
  std::memcpy(error->message, message, kept);
  if (kept < length) std::memcpy(error->message + room - 3, "...", 3);
  error->message[kept] = '\0';
  return status;
}

}  // namespace

fovea_status succeed(fovea_error* error) noexcept { return fill(error, FOVEA_OK, ""); }

fovea_status describe_exception(fovea_error* error) noexcept {
  try {
    throw;
  } catch (const ConfigError& e) {
    return fill(error, FOVEA_CONFIG_ERROR, e.what());
  } catch (const DataError& e) {
    return fill(error, FOVEA_DATA_ERROR, e.what());
  } catch (const DivergedError& e) {
    return fill(error, FOVEA_DIVERGED, e.what());
  } catch (const ArgumentError& e) {
    return fill(error, FOVEA_ARGUMENT_ERROR, e.what());
  } catch (const Error& e) {
    return fill(error, FOVEA_SYSTEM_ERROR, e.what());
  } catch (const std::bad_alloc&) {
    return fill(error, FOVEA_SYSTEM_ERROR, "out of memory");
  } catch (const std::exception& e) {
    return fill(error, FOVEA_INTERNAL_ERROR, e.what());
  } catch (...) {
    return fill(error, FOVEA_INTERNAL_ERROR, "an exception of unknown type");
  }
}

}  // namespace fovea::c
