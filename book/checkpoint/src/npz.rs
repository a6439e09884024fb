//! `.npz`: a zip archive of `.npy` files, stored or deflated.

use std::io::{BufReader, Read};

use zip::ZipArchive;

use crate::npy::{self, Header};
use crate::source::ReadSeek;
use crate::{Checkpoint, Place, Problem, Sink, Source, Stored};

fn archive(source: &Source) -> Result<ZipArchive<BufReader<Box<dyn ReadSeek>>>, Problem> {
    let file = BufReader::new(source.open()?);
    ZipArchive::new(file).map_err(|error| Problem::Archive {
        member: None,
        found: format!(
            "a zip that cannot be read ({error}), as a PyTorch .pt or a .npz that was cut off"
        ),
    })
}

pub(crate) fn open(source: &Source) -> Result<Checkpoint, Problem> {
    let mut archive = archive(source)?;
    let mut names = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let name = archive.name_for_index(index).transpose();
        let name = name.map_err(|error| Problem::Archive {
            member: None,
            found: error.to_string(),
        })?;
        names.push(name.map_or_else(String::new, std::borrow::Cow::into_owned));
    }
    if names.iter().any(|name| name.ends_with("data.pkl")) {
        return Err(Problem::Disguised(
            "a zip of PyTorch: convert it with `safetensors.torch.save_file(torch.load(path, weights_only=True), \"model.safetensors\")`",
        ));
    }
    let mut tensors: Vec<Stored> = Vec::new();
    for (index, member) in names.iter().enumerate() {
        let Some(name) = member.strip_suffix(".npy") else {
            continue;
        };
        if tensors.iter().any(|tensor| tensor.name == name) {
            return Err(Problem::Duplicate {
                of: "archive".to_owned(),
                name: member.clone(),
            });
        }
        let wrong = |found: String| Problem::Archive {
            member: Some(member.clone()),
            found,
        };
        let mut file = archive
            .by_index(index)
            .map_err(|error| wrong(error.to_string()))?;
        let (tensor, header, _) = npy::start(&mut file, name.to_owned())?;
        tensors.push(Stored {
            place: Place::Member { index, header },
            ..tensor
        });
    }
    if tensors.is_empty() {
        return Err(Problem::Archive {
            member: None,
            found: "a zip without .npy files, so no .npz".to_owned(),
        });
    }
    Ok(Checkpoint {
        source: source.clone(),
        format: Some("np".to_owned()),
        tensors,
    })
}

pub(crate) fn read(
    source: &Source,
    index: usize,
    header: &Header,
    tensor: &Stored,
    sink: &mut Sink,
) -> Result<(), Problem> {
    let mut archive = archive(source)?;
    let wrong = |found: String| Problem::Archive {
        member: Some(tensor.name.clone()),
        found,
    };
    let mut file = archive
        .by_index(index)
        .map_err(|error| wrong(error.to_string()))?;
    npy::start(&mut file, tensor.name.clone())?;
    npy::values(&mut file, header, tensor, sink)?;
    // What follows is read as well, so that the checksum is compared.
    let more = file
        .read(&mut [0; 1])
        .map_err(|error| wrong(error.to_string()))?;
    if more > 0 {
        let bytes = tensor.dtype.bits().unwrap_or(0) / 8;
        let expected = tensor
            .shape
            .iter()
            .map(|&length| length as u64)
            .product::<u64>()
            * bytes;
        return Err(Problem::DataGoesOn {
            tensor: tensor.name.clone(),
            expected,
        });
    }
    Ok(())
}
