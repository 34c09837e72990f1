// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/threads.h"

#include <ATen/Parallel.h>

namespace mnemo {

void setThreads(int count)
{
    at::set_num_threads(count);
}

}  // namespace mnemo
