namespace Kubernetes.Client;

/// <summary>
/// Finds a program as a shell does: a path as it is, a name in PATH alone. The current folder is not looked at, as
/// anybody may have put something there.
/// </summary>
internal static class ExecutableFinder
{
    /// <summary>The program's full path; null when there is none that may be run.</summary>
    public static string? Find(string command) =>
        Path.GetFileName(command) != command
            ? Candidates(command).FirstOrDefault(IsExecutable)
            : (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Where(Path.IsPathRooted)
                .SelectMany(folder => Candidates(Path.Combine(folder, command)))
                .FirstOrDefault(IsExecutable);

    private static IEnumerable<string> Candidates(string path) =>
        OperatingSystem.IsWindows()
            ? [path, .. (Environment.GetEnvironmentVariable("PATHEXT") ?? ".EXE").Split(';').Select(end => path + end)]
            : [path];

    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (
            OperatingSystem.IsWindows()
            || (
                File.GetUnixFileMode(path)
                & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)
            ) != UnixFileMode.None
        );
}
