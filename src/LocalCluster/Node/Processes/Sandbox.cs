using System.Globalization;
using System.Text;

namespace LocalCluster.Node.Processes;

/// <summary>Turns a program and its mounts into the command that runs it inside of a private mount namespace.</summary>
/// <param name="UserNamespace">Whether a user namespace is needed for that: true unless root.</param>
/// <param name="Setpriv">Path of setpriv, which ties the program's life to the node's; null when the machine lacks it.</param>
internal sealed record Sandbox(bool UserNamespace, string? Setpriv)
{
    /// <summary>Lays out the root and writes the script that mounts it; the command is ready to be started.</summary>
    /// <param name="command">The program, its path as on the machine, and its folder as in the sandbox.</param>
    /// <param name="mounts">What it is to see where.</param>
    /// <param name="directory">A new folder for root and script; to be deleted when the program has ended.</param>
    public ProgramCommand Wrap(ProgramCommand command, IReadOnlyList<SandboxMount> mounts, string directory)
    {
        var root = Path.Join(directory, "root");
        var tree = SandboxRoot.Create(root, mounts, command.WorkingDirectory);
        var script = Path.Join(directory, "enter.sh");
        File.WriteAllText(script, Script(tree, root, command.WorkingDirectory));
        string[] unshare = UserNamespace
            ? ["unshare", "--user", "--map-root-user", "--mount", "--propagation", "private"]
            : ["unshare", "--mount", "--propagation", "private"];
        return command with
        {
            Program = unshare[0],
            Arguments = [.. unshare[1..], "--", "/bin/sh", script, command.Program, .. command.Arguments],
            WorkingDirectory = directory,
        };
    }

    /// <summary>The command without a namespace, its life tied to the node's where the machine can do that.</summary>
    public static ProgramCommand Tie(ProgramCommand command, string? setpriv) =>
        setpriv is null
            ? command
            : command with
            {
                Program = setpriv,
                Arguments = ["--pdeathsig", "KILL", "--", command.Program, .. command.Arguments],
            };

    private string Script(SandboxRoot tree, string root, string workingDirectory)
    {
        var script = new StringBuilder("set -e\n");
        foreach (var (from, to, recursive, readOnly) in tree.Binds)
        {
            // Folders are bound with what is mounted in them: without that a user namespace is refused.
            var how = recursive || Directory.Exists(from) ? "--rbind" : "--bind";
            script.Append(CultureInfo.InvariantCulture, $"mount {how} {Quote(from)} {Quote(to)}\n");
            if (readOnly)
            {
                script.Append(
                    CultureInfo.InvariantCulture,
                    $"mount -o remount,bind,ro {Quote(to)} 2>/dev/null || true\n"
                );
            }
        }

        var tie = Setpriv is null ? "" : $"{Setpriv} --pdeathsig KILL --no-new-privs -- ";
        script.Append(
            CultureInfo.InvariantCulture,
            $"exec chroot {Quote(root)} /usr/bin/env --chdir={Quote(workingDirectory)} {tie}\"$@\"\n"
        );
        return script.ToString();
    }

    private static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
