// SPDX-License-Identifier: Apache-2.0
// Calls the toolkit's runtime by the name that its library exports.
extern "C" int cudaRuntimeGetVersion(int* version);

int version_of_toolkit() {
  int version = 0;
  return cudaRuntimeGetVersion(&version) == 0 ? version : -1;
}
