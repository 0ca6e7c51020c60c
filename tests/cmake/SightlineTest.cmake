include(Catch)

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
        list(APPEND T_SOURCES ${PROJECT_SOURCE_DIR}/tests/main_systemc.cpp)
        list(APPEND T_LIBS sl_systemc)
    else()
        list(APPEND T_SOURCES ${PROJECT_SOURCE_DIR}/tests/main.cpp)
    endif()
    add_executable(test_${name} ${T_SOURCES})
    target_link_libraries(test_${name} PRIVATE ${T_LIBS} sl_common sl_warnings Catch2::Catch2)
    catch_discover_tests(test_${name} TEST_PREFIX "${name}/" PROPERTIES TIMEOUT ${T_TIMEOUT})
endfunction()
