// SPDX-License-Identifier: GPL-3.0-or-later
// Carries the tests' precompiled header.
int main()
{
    return 0;
}
