using LocalCluster.Node.Programs;

namespace LocalCluster.Node.Pods;

/// <summary>There is no program for an image; the message is for the container's status.</summary>
internal sealed class ImageNotKnownException(string message) : Exception(message);

/// <summary>The program file that stands for an image.</summary>
internal static class ImageResolver
{
    /// <summary>The entry of the table, and the file.</summary>
    /// <exception cref="ImageNotKnownException">None stands for it, or it is not on this machine.</exception>
    public static (ProgramEntry Entry, string Program) Resolve(NodeServices node, string? image)
    {
        var entry =
            node.Programs.Find(image ?? "")
            ?? throw new ImageNotKnownException(
                $"this node runs programs of the machine instead of images, and no program stands for image \"{image}\"; "
                    + $"it knows {string.Join(", ", node.Programs.KnownImages)}"
            );
        var program =
            node.Locator.Find(entry.Names)
            ?? throw new ImageNotKnownException(
                $"image \"{image}\" stands for the program {string.Join(" or ", entry.Names)}, which is neither in "
                    + $"{string.Join(", ", node.Options.ProgramDirectories.Select(Path.GetFullPath))} nor on PATH"
            );
        return (entry, program);
    }
}
