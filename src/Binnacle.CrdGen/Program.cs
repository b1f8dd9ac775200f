using System.CommandLine;
using Binnacle.CrdGen;

var output = new Option<DirectoryInfo>("--output")
{
    Description = "Folder that receives crd/ and rbac/",
    Required = true,
};
var check = new Option<bool>("--check")
{
    Description = "Write nothing; exit 1 and name the files when they differ from what would be written",
};
var command = new RootCommand("Generates the CustomResourceDefinitions and the operator's RBAC out of the C# types.")
{
    output,
    check,
};
command.SetAction(result =>
{
    var folder = new OutputFolder(result.GetRequiredValue(output).FullName);
    var files = GeneratedConfig.Files();
    var stale = folder.Differences(files);
    if (result.GetValue(check))
    {
        foreach (var path in stale)
        {
            Console.Error.WriteLine($"{path} is not what the types say: run `make generate`");
        }
        return stale.Count == 0 ? 0 : 1;
    }
    folder.Write(files);
    Console.WriteLine($"{files.Count} files, {stale.Count} changed");
    return 0;
});
return command.Parse(args).Invoke();
