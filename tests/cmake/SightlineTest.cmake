include(Catch)

# The test runner, compiled once: Catch2's takes longer than most tests.
add_library(sl_test_main OBJECT ${PROJECT_SOURCE_DIR}/tests/main.cpp)
target_link_libraries(sl_test_main PRIVATE sl_warnings Catch2::Catch2)
add_library(sl_test_main_systemc OBJECT ${PROJECT_SOURCE_DIR}/tests/main_systemc.cpp)
target_link_libraries(sl_test_main_systemc PRIVATE sl_systemc sl_warnings Catch2::Catch2)

# sl_test(NAME SOURCES file... LIBS target...): one executable test_NAME from tests/, registered
# case by case with ctest, because SystemC elaborates once per process. Called from the CMakeLists
# of the module under test. Add SYSTEMC when the test itself elaborates modules.
function(sl_test name)
    cmake_parse_arguments(T "SYSTEMC" "TIMEOUT" "SOURCES;LIBS" ${ARGN})
    list(TRANSFORM T_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/tests/)
    if(NOT T_TIMEOUT)
        set(T_TIMEOUT 120)
    endif()
    if(T_SYSTEMC)
        list(APPEND T_LIBS sl_test_main_systemc sl_systemc)
    else()
        list(APPEND T_LIBS sl_test_main)
    endif()
    # CMake's lists end at a semicolon: a case with one in its name would be registered as two that
    # run nothing, and pass.
    foreach(source IN LISTS T_SOURCES)
        file(STRINGS ${source} split REGEX "TEST_CASE\\([^\"]*\"[^\"]*;")
        if(split)
            message(FATAL_ERROR "${source}: the name of a test case has a semicolon: ${split}")
        endif()
    endforeach()
    add_executable(test_${name} ${T_SOURCES})
    target_link_libraries(test_${name} PRIVATE ${T_LIBS} sl_common sl_warnings Catch2::Catch2)
    catch_discover_tests(test_${name} TEST_PREFIX "${name}/" PROPERTIES TIMEOUT ${T_TIMEOUT})
endfunction()
