using Binnacle.PromQL.Tests.Linting;
using Xunit.Runner.InProc.SystemConsole;

namespace Binnacle.PromQL.Tests;

/// <summary>Runs the tests, or with <c>lint-survey FOLDER</c> all lints over a folder of rule files.</summary>
public static class EntryPoint
{
    public static Task<int> Main(string[] arguments) =>
        arguments is ["lint-survey", ..]
            ? Task.FromResult(LintSurvey.Run(arguments[1..], Console.Out))
            : ConsoleRunner.Run(arguments);
}
