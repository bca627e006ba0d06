// SPDX-License-Identifier: Apache-2.0
// What nearly every test includes; each includes it itself as well.
#pragma once

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <regex>
#include <string>
#include <vector>
