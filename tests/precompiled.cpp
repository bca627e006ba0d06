// SPDX-License-Identifier: Apache-2.0
// CMake precompiles headers for a library, and a library has a source.
