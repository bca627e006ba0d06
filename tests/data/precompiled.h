// SPDX-License-Identifier: Apache-2.0
// What most tests of data include; each includes it itself as well.
#pragma once

#include "../precompiled.h"

#include <fovea/data/augmentation.h>
#include <fovea/data/data_options.h>
#include <fovea/data/image_file.h>
#include <fovea/data/loader.h>
