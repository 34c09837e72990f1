// SPDX-License-Identifier: GPL-3.0-or-later
// Qt's own libraries are not instrumented, so ThreadSanitizer takes the locks of Qt Test's watchdog for races.
extern "C" const char* __tsan_default_suppressions()
{
    return "called_from_lib:libQt6Core.so.6\ncalled_from_lib:libQt6Test.so.6\n";
}
