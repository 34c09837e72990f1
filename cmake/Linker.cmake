# A fast linker where one is present: linking is a fifth of a rebuild otherwise.
include(CheckLinkerFlag)
foreach(linker mold lld)
    check_linker_flag(CXX -fuse-ld=${linker} MNEMO_HAS_${linker})
    if(MNEMO_HAS_${linker})
        add_link_options(-fuse-ld=${linker})
        if(linker STREQUAL "mold")
            # mold 1.10 (Debian 12) lets the read-only part begin at an empty thread-local section, which may lie on a page
            # that is not mapped: the program then does not start, depending on nothing but the length of a path.
            add_link_options(-Wl,-z,norelro)
        endif()
        break()
    endif()
endforeach()
